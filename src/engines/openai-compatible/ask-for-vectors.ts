import { setImmediate } from 'node:timers/promises';
import { inputsOf, type EmbeddingRequest } from '../../api/embeddings.ts';
import type { EmbeddingEvent } from '../../api/internal/embedding-event.ts';
import { emulatedHeader } from '../../api/internal/engine-host.ts';
import { ManifoldError } from '../../errors.ts';
import type { Caller } from '../engine.ts';
import type { Quirks } from '../quirks/quirks.ts';
import { emulatedNames } from './emulated-names.ts';
import { estimatedTokens } from './estimated-tokens.ts';
import { connectionFailure } from './connection-failure.ts';
import type { Endpoint } from './endpoint.ts';
import { readJson } from './read-json.ts';
import { readUsage } from './read-usage.ts';
import { toldStatus } from './told-status.ts';

const vectorsInARow = 32;

/** Asks a server for vectors and gives them as the seam wants them: of length 1, as 32-bit floats in base64. */
export async function askForVectors(
  { endpoint, quirks, model }: { readonly endpoint: Endpoint; readonly quirks: Quirks; readonly model: string },
  request: EmbeddingRequest,
  signal: AbortSignal,
  caller?: Caller,
): Promise<AsyncIterable<EmbeddingEvent>> {
  const body = wordEmbedding(request, quirks, model);
  const estimate = estimateOf(request.input);
  caller?.onSent?.(estimate);
  const response = await endpoint.post('/v1/embeddings', body, signal, caller);
  const emulated = emulatedNames(response.headers[emulatedHeader]);
  if (emulated.length > 0) caller?.onEmulated?.(emulated);
  const value = await readJson(response.body).catch((cause: unknown) => {
    throw connectionFailure(cause, signal);
  });
  const list = (value ?? {}) as EmbeddingList;
  if (list.error !== undefined && list.error !== null) throw endpoint.explain(toldStatus(list), JSON.stringify(list));
  const read = list.usage?.prompt_tokens ?? list.usage?.total_tokens;
  const told = readUsage({ prompt_tokens: read, completion_tokens: 0 })?.prompt_tokens;
  if (told === undefined) caller?.onEstimated?.();
  return readVectors(list, told ?? estimate);
}

interface EmbeddingList {
  readonly [name: string]: unknown;
  readonly data?: unknown;
  readonly error?: unknown;
  readonly usage?: { readonly prompt_tokens?: unknown; readonly total_tokens?: unknown } | null;
}

function wordEmbedding(request: EmbeddingRequest, quirks: Quirks, model: string): object {
  const known = quirks.embeddings;
  if (known === undefined) throw refusal('model', quirks, 'The engine of this model makes no embeddings');
  const fields = {
    dimensions: request.dimensions,
    input_type: request.input_type,
    truncate: request.truncate === 'NONE' ? undefined : request.truncate,
    truncate_prompt_tokens: request.truncate_prompt_tokens,
    keep_alive: request.keep_alive,
  };
  for (const [name, value] of Object.entries(fields)) {
    const isKnown = known.some((each) => each === name);
    if (value !== undefined && !isKnown)
      throw refusal(name, quirks, `\`${name}\` is not supported by the engine of this model`);
  }
  const asBase64 = known.includes('base64') ? { encoding_format: 'base64' } : {};
  return { model, input: request.input, ...fields, ...asBase64 };
}

/** Vectors are many numbers: others get their turn between them. */
async function* readVectors({ data: given }: EmbeddingList, tokens: number): AsyncGenerator<EmbeddingEvent> {
  if (!Array.isArray(given)) throw broken();
  const data = given as readonly ({ readonly index?: unknown; readonly embedding?: unknown } | null)[];
  for (const [at, item] of data.entries()) {
    if (at % vectorsInARow === vectorsInARow - 1) await setImmediate();
    const index = typeof item?.index === 'number' ? item.index : at;
    // The server counts all inputs together.
    yield { index, embedding: vectorOf(item?.embedding), prompt_tokens: at === 0 ? tokens : 0 };
  }
}

function estimateOf(input: EmbeddingRequest['input']): number {
  return inputsOf(input).reduce((sum: number, text) => sum + estimatedTokens(text), 0);
}

function vectorOf(value: unknown): string {
  const floats =
    typeof value === 'string'
      ? floatsOf(Buffer.from(value, 'base64'))
      : Array.isArray(value)
        ? // A null, which some write for what is no number, would be read as 0.
          Float32Array.from(value, (each: unknown) => (typeof each === 'number' ? each : NaN))
        : new Float32Array();
  const length = lengthOf(floats);
  if (floats.length === 0 || !Number.isFinite(length)) throw broken();
  if (length > 0) for (let at = 0; at < floats.length; at++) floats[at] = (floats[at] ?? 0) / length;
  return Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength).toString('base64');
}

function lengthOf(floats: Float32Array): number {
  let sum = 0;
  for (const value of floats) sum += value * value;
  return Math.sqrt(sum);
}

function floatsOf(bytes: Buffer): Float32Array {
  // A copy: the bytes need not lie where floats may.
  return new Float32Array(new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % 4))).buffer);
}

function broken(): ManifoldError {
  return new ManifoldError('engine_error', 'The engine sent something that is no list of embeddings.');
}

function refusal(param: string, { kind }: Quirks, problem: string): ManifoldError {
  const code = param === 'model' ? 'unsupported_task' : 'unsupported_parameter';
  return new ManifoldError(
    code,
    `${problem} (${kind}). ${param === 'model' ? 'Name one that does.' : 'Leave it out.'}`,
    {
      param,
    },
  );
}
