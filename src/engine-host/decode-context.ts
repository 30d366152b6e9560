import { ManifoldError } from '../errors.ts';
import { createAbortFlag } from './libllama/abort-flag.ts';
import { TokenBatch } from './libllama/batch.ts';
import type { Adapters } from './adapters.ts';
import type { Candidates } from './candidates.ts';
import type { LibLlama, Pointer } from './libllama/bindings.ts';
import { createLogitsRows } from './logits-rows.ts';
import type { MemoryKind } from './memory-kind.ts';
import type { Threads } from './threads.ts';
import type { Vocabulary } from './vocabulary.ts';

interface ContextParts {
  readonly library: LibLlama;
  readonly context: Pointer;
  readonly vocabulary: Vocabulary;
  /** Shared by all contexts: sampling is done with it before anything else happens. */
  readonly candidates: Candidates;
  readonly memoryKind: MemoryKind;
  /** Sequences that may be used, from 0 on. */
  readonly sequences: number;
  /** Tokens one sequence may hold. */
  readonly contextLength: number;
  /** Cells of all sequences together. */
  readonly cells: number;
  /** One pool of cells for all sequences; otherwise each has an equal part of its own. */
  readonly sharesCells: boolean;
  /** Tokens one batch may hold. */
  readonly batchTokens: number;
  readonly adapters: Adapters;
  readonly threads: Threads;
}

/** A native context with the batch that is decoded in it, and a way to break a decode off. */
export interface DecodeContext extends ContextParts {
  readonly memory: Pointer;
  readonly batch: TokenBatch;
  /**
   * Decodes the batch, off the event loop. `no-cells` leaves the memory as it was; after `aborted` part of the
   * batch may be in it; anything worse throws `engine_error`, and then the memory is in an unknown state. With the name
   * of an adapter the batch is computed with it.
   */
  decode(adapter?: string): Promise<'done' | 'no-cells' | 'aborted'>;
  /** The logits of a row of the last batch; undefined where it has none. */
  logits(row: number): Float32Array | undefined;
  /** Makes a running decode end soon as `aborted`; does nothing when none runs. */
  abort(): void;
}

export function createDecodeContext(parts: ContextParts): DecodeContext {
  const { library, context } = parts;
  const batch = new TokenBatch(parts.batchTokens);
  const flag = createAbortFlag(library, context);
  const follow = parts.threads.follow(library, context);
  const wear = parts.adapters.wear(context);
  let isDecoding = false;
  return {
    ...parts,
    memory: library.memory(context),
    batch,
    logits: createLogitsRows(library, context, parts.vocabulary.size),
    async decode(adapter) {
      follow();
      wear(adapter);
      isDecoding = true;
      const code = await library.decode(context, batch.native());
      isDecoding = false;
      flag.set(false);
      if (code === 0) return 'done';
      if (code === 1) return 'no-cells';
      if (code === 2) return 'aborted';
      throw new ManifoldError('engine_error', `The engine could not decode (code ${code}).`);
    },
    abort() {
      if (isDecoding) flag.set(true);
    },
  };
}
