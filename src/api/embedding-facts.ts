import { z } from 'zod';

/** How the vectors of a text's tokens become one: their mean, that of the first token, or that of the last. */
export const poolingType = z.enum(['mean', 'cls', 'last']);
export type PoolingType = z.infer<typeof poolingType>;

/** What an embedding model makes. */
export const embeddingFacts = z.object({
  /** Values in a vector. */
  size: z.int(),
  pooling: poolingType,
});
export type EmbeddingFacts = z.infer<typeof embeddingFacts>;
