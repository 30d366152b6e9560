import { z } from 'zod';

/**
 * What an engine sends for a request for embeddings, one event a vector as soon as it is known, in any order; `usage`
 * comes last.
 */
export const embeddingEvent = z.union([
  z.object({
    /** Of the input. */
    index: z.int(),
    /** Little-endian 32-bit floats in base64; their vector has length 1. */
    embedding: z.string(),
  }),
  z.object({ usage: z.object({ prompt_tokens: z.int() }) }),
]);
export type EmbeddingEvent = z.infer<typeof embeddingEvent>;
