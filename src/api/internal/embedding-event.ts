import { z } from 'zod';

/** What an engine sends for each input of a request for embeddings, as soon as it is known, in any order. */
export const embeddingEvent = z.object({
  /** Of the input. */
  index: z.int(),
  /** Little-endian 32-bit floats in base64; their vector has length 1. */
  embedding: z.string(),
  /** Tokens that were read for it. */
  prompt_tokens: z.int(),
});
export type EmbeddingEvent = z.infer<typeof embeddingEvent>;
