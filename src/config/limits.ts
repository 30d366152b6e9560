import { z } from 'zod';
import { limitSet } from '../api/limit-set.ts';

const modelLimits = z.strictObject({
  ...limitSet.shape,
  /** Requests that its engine gets at the same time; the others wait in line. Default: the slots that it has. */
  maxConcurrency: z.int().min(1).max(100_000).optional(),
});

/** What may be used of the whole server, of a model, by a team, and by each key that has no limits of its own. */
export const usageLimits = {
  global: limitSet.prefault({}),
  /** By id. */
  models: z.record(z.string().min(1), modelLimits).default({}),
  /** By name. */
  teams: z.record(z.string().min(1), limitSet).default({}),
  perKey: limitSet.prefault({}),
  /** Tokens that an image is taken for until its engine has counted. */
  tokensPerImage: z.int().min(0).max(1_000_000).default(4096),
  /** The line before a model whose places are all taken. */
  queue: z
    .strictObject({
      /** Seconds after which a request that waits is refused. */
      waitSeconds: z.number().min(0).max(86_400).default(300),
      /** Requests that wait for one model. */
      mostWaiting: z.int().min(0).max(100_000).default(1000),
    })
    .prefault({}),
};
