import koffi from 'koffi';
import type { PoolingType } from '../../api/embedding-facts.ts';
import type { HostOptions } from '../../api/internal/engine-host.ts';
import { ManifoldError } from '../../errors.ts';
import { createAbortFlag } from '../libllama/abort-flag.ts';
import { TokenBatch } from '../libllama/batch.ts';
import type { LibLlama, Pointer } from '../libllama/bindings.ts';
import { createNativeContext } from '../native-context.ts';
import type { Threads } from '../threads.ts';
import type { EmbeddingSizes } from './choose-embedding-sizes.ts';
import { poolingTypes } from './choose-pooling.ts';

/** A native context that turns batches of texts into vectors. */
export interface EmbeddingContext {
  /** Values in a vector. */
  readonly size: number;
  /**
   * The vectors of texts, given as token ids, in their order; each has length 1. All of them together must fit into a
   * batch. Undefined where the model made values that are no numbers, of that text or of one beside it. Runs off the
   * event loop, one batch at a time; `aborted` when it was broken off.
   */
  embed(texts: readonly Int32Array[]): Promise<(Float32Array | undefined)[] | 'aborted'>;
  /** Makes a running batch end soon; does nothing when none runs. */
  abort(): void;
}

interface ContextParts {
  readonly library: LibLlama;
  readonly model: Pointer;
  readonly sizes: EmbeddingSizes;
  readonly pooling: PoolingType;
  readonly options: HostOptions;
  readonly threads: Threads;
}

export async function createEmbeddingContext(parts: ContextParts): Promise<EmbeddingContext> {
  const { library, model, sizes, pooling, options, threads } = parts;
  const { sequences, batchTokens } = sizes;
  const context = await createNativeContext(
    library,
    model,
    { sequences, cells: batchTokens, sharesCells: true, batchTokens },
    { ...options, threads: threads.now() },
    { embeddings: true, pooling_type: poolingTypes.indexOf(pooling) },
  );
  // Encoders keep nothing of what they read: the library gives them no memory.
  const memory: Pointer | null = library.memory(context);
  const encodes = memory === null || library.hasEncoder(model);
  const size = library.embeddingSize(model);
  const batch = new TokenBatch(batchTokens);
  const flag = createAbortFlag(library, context);
  const follow = threads.follow(library, context);
  let isRunning = false;
  /** Whether values that are no numbers lie in the memory: where nothing looks for them any more they still spoil others. */
  let isSpoiled = false;

  const vectorOf = (sequence: number): Float32Array | undefined => {
    const address = library.embedding(context, sequence);
    if (address === null) throw new ManifoldError('engine_error', 'The engine made no embedding.');
    const vector = new Float32Array(koffi.view(address, size * 4));
    return vector.every(Number.isFinite) ? normalized(vector) : undefined;
  };
  return {
    size,
    async embed(texts) {
      batch.clear();
      for (const [sequence, tokens] of texts.entries()) {
        for (const [position, token] of tokens.entries()) batch.add(token, position, sequence, true);
      }
      if (memory !== null) library.clearMemory(memory, isSpoiled);
      follow();
      isRunning = true;
      const code = await (encodes ? library.encode(context, batch.native()) : library.decode(context, batch.native()));
      if (code === 0) await library.synchronize(context);
      isRunning = false;
      flag.set(false);
      if (code === 2) return 'aborted';
      if (code !== 0) throw new ManifoldError('engine_error', `The engine could not read the texts (code ${code}).`);
      const vectors = texts.map((_, sequence) => vectorOf(sequence));
      isSpoiled = vectors.includes(undefined);
      return vectors;
    },
    abort() {
      if (isRunning) flag.set(true);
    },
  };
}

/** A copy of length 1, as NIM and OpenAI give: then the dot product of two is their cosine. Nothing stays nothing. */
export function normalized(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const factor = sum === 0 ? 0 : 1 / Math.sqrt(sum);
  return vector.map((value) => value * factor);
}
