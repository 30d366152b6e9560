import { z } from 'zod';
import { keySettings } from './key.ts';

/** How one limit stands that holds for the key: its own, its team's, or the server's. */
const limitState = z.object({
  kind: z.enum(['key', 'team', 'model', 'global']),
  id: z.string(),
  dimension: z.string(),
  limit: z.number(),
  remaining: z.number(),
  /** Until all of it is there again. */
  resetSeconds: z.number(),
});

/** `GET /v1/manifold/me`: what the key that asks stands for, what it may do and what is left. */
export const me = z.object({
  object: z.literal('me'),
  id: z.string(),
  ...keySettings,
  /** Ids of the models it may use, of those that are served now. */
  usableModels: z.array(z.string()),
  /** Absent where no limits are kept. */
  remaining: z.array(limitState).optional(),
  /** What it has used. Absent where nothing is recorded. */
  usage: z.unknown().optional(),
});
