import type { EmbeddingRequest } from '../../api/embeddings.ts';
import type { EmbeddingEvent } from '../../api/internal/embedding-event.ts';
import { ManifoldError } from '../../errors.ts';
import type { Turns } from '../../lib/turns.ts';
import type { LoadedEmbedder } from './embedder.ts';
import { normalized } from './embedding-context.ts';
import type { EmbeddingScheduler } from './embedding-scheduler.ts';
import { tokenizeInputs } from './tokenize-inputs.ts';

/** One accepted request: its vectors, and a way to stop the work. */
export interface RunningEmbedding {
  /** Fields that are not done as they say. */
  readonly emulated: readonly string[];
  readonly events: AsyncIterable<readonly EmbeddingEvent[]>;
  cancel(): void;
}

/** Turns a request into texts and queues them. Throws what can be refused; what it returns is running or waiting. */
export async function startEmbedding(
  parts: { readonly embedder: LoadedEmbedder; readonly scheduler: EmbeddingScheduler; readonly turns: Turns },
  request: EmbeddingRequest,
  isLeft: () => boolean,
): Promise<RunningEmbedding> {
  const { embedder, scheduler, turns } = parts;
  const size = checkDimensions(request.dimensions, embedder.dimensions);
  scheduler.requireRoom();
  const texts = await tokenizeInputs(embedder, request, { turns, isLeft });
  const task = scheduler.submit(texts);
  return {
    emulated: isTypeHonoured(request, embedder) ? [] : ['input_type'],
    events: (async function* () {
      for await (const done of task) {
        yield done.map(({ index, vector }) => ({
          index,
          embedding: base64Of(shortened(vector, size)),
          prompt_tokens: texts[index]?.length ?? 0,
        }));
      }
    })(),
    cancel: () => scheduler.cancel(task),
  };
}

/** A type without a prefix changes nothing: right for models that know no types, and less than asked for others. */
function isTypeHonoured({ input, input_type: type }: EmbeddingRequest, { prefixes }: LoadedEmbedder): boolean {
  if (type === undefined) return true;
  const isText = typeof input === 'string' || typeof input[0] === 'string';
  return isText && prefixes[type] !== undefined;
}

function checkDimensions(wanted: number | undefined, possible: readonly number[]): number {
  const [own = 0] = possible;
  if (wanted === undefined || possible.includes(wanted)) return wanted ?? own;
  const others =
    possible.length > 1
      ? `Choose one of ${possible.join(', ')}.`
      : `Leave it out; if the model was trained for shorter vectors, list them as embedding.dimensions of the model.`;
  throw new ManifoldError(
    'invalid_value',
    `\`dimensions\` is ${wanted}; vectors of this model have ${own}. ${others}`,
    {
      param: 'dimensions',
    },
  );
}

/** The first values, with length 1 again: what models are trained for whose vectors may be cut. */
function shortened(vector: Float32Array, size: number): Float32Array {
  return size === vector.length ? vector : normalized(vector.subarray(0, size));
}

function base64Of(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}
