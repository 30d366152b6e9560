import { z } from 'zod';

/** NIM's health answer. */
export const health = z.object({
  object: z.literal('health.response'),
  message: z.string(),
  status: z.string(),
});

/** NIM's version answer: the release and the API version it implements. */
export const version = z.object({ release: z.string(), api: z.string() });
