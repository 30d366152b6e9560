import type { GgufHeader, Matrix } from './gguf-header.ts';
import { processorFeatures } from './processor-features.ts';

/**
 * What llama.cpp keeps a second copy of, in a layout that the processor reads faster: matrices of some types (by ggml's
 * numbers), where the processor has a certain feature (as Linux writes it).
 */
const layouts: readonly {
  readonly feature: string;
  readonly types: readonly number[];
  /** Whether experts, which are matrices side by side, have it too. */
  readonly ofExperts: boolean;
}[] = [
  // Q4_0, Q4_1, Q8_0, Q4_K, Q5_K, Q6_K, IQ4_XS.
  { feature: 'amx_int8', types: [2, 3, 8, 12, 13, 14, 23], ofExperts: false },
  // Q4_0, Q4_K, IQ4_NL, MXFP4.
  { feature: 'avx2', types: [2, 12, 20, 39], ofExperts: true },
  // Q2_K.
  { feature: 'avx512f', types: [10], ofExperts: true },
  // Q4_0, Q8_0, Q4_K, Q5_K, Q6_K, IQ4_NL, MXFP4.
  { feature: 'asimddp', types: [2, 8, 12, 13, 14, 20, 39], ofExperts: true },
];
/** Rows are put together in groups of so many; other matrices stay as they are. */
const rowsTogether = 8;

/** Bytes of the matrices that are in memory twice when they are computed with on this processor. */
export function repackedBytes({ matrices = [] }: GgufHeader, features = processorFeatures()): number {
  const present = layouts.filter(({ feature }) => features.has(feature));
  const hasOutput = matrices.some(({ name }) => name === 'output.weight');
  const isRepacked = ({ name, type, dimensions, rows }: Matrix) =>
    // Rows of the embedding are looked up, not multiplied with, unless it is the output matrix too.
    !(name === 'token_embd.weight' && hasOutput) &&
    rows % rowsTogether === 0 &&
    present.some(({ types, ofExperts }) => types.includes(type) && (dimensions === 2 || ofExperts));
  return matrices.filter(isRepacked).reduce((sum, { bytes }) => sum + bytes, 0);
}
