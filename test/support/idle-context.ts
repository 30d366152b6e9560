import type { DecodeContext } from '../../src/engine-host/decode-context.ts';
import { TokenBatch } from '../../src/engine-host/libllama/batch.ts';

/** A context with one pool of cells in which nothing is computed: a decode ends when the test says so, or never. */
export function idleContext(fields: Partial<DecodeContext> = {}): DecodeContext {
  const library = { removeSequence: () => true, copySequence: () => undefined, lowestPosition: () => 0 };
  return {
    library,
    memory: 0n,
    memoryKind: 'positions',
    sequences: 4,
    contextLength: 1024,
    cells: 4096,
    sharesCells: true,
    batchTokens: 512,
    batch: new TokenBatch(512),
    decode: () => new Promise(() => undefined),
    logits: () => undefined,
    abort: () => undefined,
    ...fields,
  } as unknown as DecodeContext;
}
