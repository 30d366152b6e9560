import { z } from 'zod';

/**
 * Every failure's body: OpenAI's `error` object, with NIM's problem fields (`status`, `title`, `detail`)
 * beside it so that clients of either shape find what they look for.
 */
export const errorBody = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string().nullable(),
  }),
  status: z.int(),
  title: z.string(),
  detail: z.string(),
});
export type ErrorBody = z.infer<typeof errorBody>;
