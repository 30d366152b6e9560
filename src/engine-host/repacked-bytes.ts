import { arch } from 'node:os';
import type { GgufHeader } from './gguf-header.ts';

/**
 * Tensor types, by ggml's numbers, of which llama.cpp keeps a second copy in a layout that the processor reads faster:
 * Q4_0, IQ4_NL, Q4_K and MXFP4 with AVX2; with NEON also Q5_K, Q6_K and Q8_0.
 */
const repackedTypes: Readonly<Record<string, readonly number[]>> = {
  x64: [2, 12, 20, 39],
  arm64: [2, 8, 12, 13, 14, 20, 39],
};
/** Rows are put together in groups of so many; other matrices stay as they are. */
const rowsTogether = 8;

/** Bytes of the matrices that are in memory twice when they are computed with on the processor. */
export function repackedBytes({ matrices = [] }: GgufHeader, architecture: string = arch()): number {
  const types = repackedTypes[architecture] ?? [];
  return matrices
    .filter(({ type, rows, isLookedUp }) => types.includes(type) && rows % rowsTogether === 0 && !isLookedUp)
    .reduce((sum, { bytes }) => sum + bytes, 0);
}
