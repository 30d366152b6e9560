import { inputsOf, type EmbeddingRequest } from '../api/embeddings.ts';
import type { EmbeddingEvent } from '../api/internal/embedding-event.ts';
import type { Caller, Engine } from '../engines/engine.ts';
import { missingEmbedding } from '../engines/incomplete-answer.ts';
import { ManifoldError, toManifoldError } from '../errors.ts';
import { abortable } from '../lib/abortable.ts';
import type { BusyModels } from './busy-models.ts';
import { callerOf } from './caller-of.ts';
import type { Circumstances } from './circumstances.ts';
import type { MeterSink } from './meter.ts';
import { meterEmbeddings } from './meter-embeddings.ts';
import type { Models } from './models/models.ts';
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
  return async (request, circumstances) => {
    const { signal, principal, measurement, account } = circumstances;
    const model = models.usableBy(principal).resolve(request.model);
    const { id, engine } = model;
    const meter = meterEmbeddings({ model: id, measurement, sink, signal, account });
    const known = callerOf(circumstances, { model: id, sink });
    const caller: Caller = {
      ...known,
      onSent: (tokens) => meter.sent(tokens),
      onLostAttempt(used) {
        meter.lost();
        known.onLostAttempt?.(used);
      },
    };
    const { keyId: key, weight } = principal;
    const turn = createTurn(() => busyModels.enter(model, { key, weight, priority: 0, places: 1 }, signal));
    try {
      await turn.take();
      account?.begin();
      const events = await open(engine, request, signal, caller);
      const vectors = await collected(abortable(meter.observe(events), signal), inputsOf(request.input).length);
      return { vectors, promptTokens: measurement.promptTokens ?? 0 };
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

async function collected(events: AsyncIterable<EmbeddingEvent>, count: number): Promise<string[]> {
  const vectors: string[] = Array.from({ length: count }, () => '');
  for await (const { index, embedding } of events) if (index < count) vectors[index] = embedding;
  if (vectors.includes('')) throw missingEmbedding();
  return vectors;
}
