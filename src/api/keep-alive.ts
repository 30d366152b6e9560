import { z } from 'zod';
import { parseDuration } from '../lib/duration.ts';

/** The longest text that is read as a time. */
const mostLetters = 64;

/** How long a local model stays loaded without a request: `parseDuration` reads it. */
export const keepAlive = z
  .union([z.number(), z.string().max(mostLetters)])
  .refine((value) => parseDuration(value) !== undefined, 'must be seconds or a time like "5m"; negative: for ever');

/** What it means on a request that uses a model. */
export const keepAliveMeaning =
  'How long a local model stays loaded without a request, from this one on: seconds, or a time like "5m"; 0: it is ' +
  'unloaded once idle, negative: never. An engine elsewhere refuses it, but for another Manifold.';
