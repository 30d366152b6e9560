import { z } from 'zod';

/** Token counts of one request; `completion_tokens` covers all choices. */
export const usage = z.object({
  prompt_tokens: z.int().nonnegative(),
  completion_tokens: z.int().nonnegative(),
  total_tokens: z.int().nonnegative(),
  /** Where the engine says so: prompt tokens it had computed before. They are part of `prompt_tokens`. */
  prompt_tokens_details: z.object({ cached_tokens: z.int().nonnegative() }).optional(),
  /** Where the engine says so: completion tokens in which the model reasoned, of all choices. */
  completion_tokens_details: z.object({ reasoning_tokens: z.int().nonnegative() }).optional(),
});
export type Usage = z.infer<typeof usage>;
