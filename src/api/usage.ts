import { z } from 'zod';

/** Token counts of one request; `completion_tokens` covers all choices. */
export const usage = z.object({
  prompt_tokens: z.int().nonnegative(),
  completion_tokens: z.int().nonnegative(),
  total_tokens: z.int().nonnegative(),
});
export type Usage = z.infer<typeof usage>;
