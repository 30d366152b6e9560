import { tenantOf } from '../access/tenant.ts';
import type { EmbeddingRequest } from '../api/embeddings.ts';
import type { EmbeddingEvent } from '../api/internal/embedding-event.ts';
import type { Caller, Engine } from '../engines/engine.ts';
import { missingEmbedding } from '../engines/incomplete-answer.ts';
import { ManifoldError, toManifoldError } from '../errors.ts';
import { abortable } from '../lib/abortable.ts';
import type { BusyModels } from './busy-models.ts';
import type { Circumstances } from './circumstances.ts';
import type { MeterSink } from './meter.ts';
import { meterEmbeddings } from './meter-embeddings.ts';
import { meterLostAttempt } from './meter-lost-attempt.ts';
import type { Models } from './models.ts';
import { createTurn } from './turn.ts';

/** A finished answer: a vector for each input, in their order. */
export interface Embeddings {
  /** Little-endian 32-bit floats in base64. */
  readonly vectors: readonly string[];
  readonly promptTokens: number;
}

interface Parts {
  readonly models: Models;
  readonly busyModels: BusyModels;
  readonly sink: MeterSink;
}

/** The vectors of a request's inputs, or what can still become an HTTP status. */
export type Embed = (request: EmbeddingRequest, circumstances: Circumstances) => Promise<Embeddings>;

/** The one way a request for embeddings reaches a model: resolve, wait for its turn, run, meter. */
export function createEmbed({ models, busyModels, sink }: Parts): Embed {
  return async (request, { signal, principal, trace, measurement, account }) => {
    const model = models.usableBy(principal).resolve(request.model);
    const { id, engine } = model;
    const meter = meterEmbeddings({ model: id, measurement, sink, signal, account });
    const caller: Caller = {
      cacheSalt: tenantOf(principal),
      onEmulated: (names) => void (measurement.emulated = names),
      onLostAttempt: (used) => meterLostAttempt(used, { model: id, measurement, sink }),
      onEstimated: () => void (measurement.isEstimated = true),
      onSent: (tokens) => meter.sent(tokens),
      onReplica: (name) => void (measurement.engine = name),
      trace,
    };
    const { keyId: key, weight } = principal;
    const turn = createTurn(() => busyModels.enter(model, { key, weight, priority: 0, places: 1 }, signal));
    try {
      await turn.take();
      const events = await open(engine, request, signal, caller);
      return await fold(abortable(meter.observe(events), signal), countOf(request.input));
    } catch (failure) {
      measurement.errorCode = toManifoldError(failure).code;
      throw failure;
    } finally {
      turn.end();
      meter.settle();
    }
  };
}

async function open(
  engine: Engine,
  request: EmbeddingRequest,
  signal: AbortSignal,
  caller: Caller,
): Promise<AsyncIterable<EmbeddingEvent>> {
  if (engine.embed) return engine.embed(request, signal, caller);
  throw new ManifoldError(
    'unsupported_task',
    `The engine of \`${request.model}\` makes no embeddings. Name a model that does; GET /v1/models tells them.`,
    { param: 'model' },
  );
}

async function fold(events: AsyncIterable<EmbeddingEvent>, count: number): Promise<Embeddings> {
  const vectors: string[] = Array.from({ length: count }, () => '');
  // By input: what a lost engine had read is read again, and counted once.
  const tokens = new Map<number, number>();
  for await (const { index, embedding, prompt_tokens: read } of events) {
    if (index < count) vectors[index] = embedding;
    tokens.set(index, read);
  }
  if (vectors.includes('')) throw missingEmbedding();
  return { vectors, promptTokens: tokens.values().reduce((sum, each) => sum + each, 0) };
}

function countOf(input: EmbeddingRequest['input']): number {
  return typeof input === 'string' || typeof input[0] === 'number' ? 1 : input.length;
}
