import { z } from 'zod';

const most = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/**
 * What a key, a team, a model or the whole server may use. An absent field is no limit; 0 allows nothing.
 * Rates are token buckets: they refill evenly, and hold `burst` minutes' worth.
 */
export const limitSet = z.strictObject({
  requestsPerMinute: most.optional(),
  inputTokensPerMinute: most.optional(),
  outputTokensPerMinute: most.optional(),
  /** Input and output together. */
  tokensPerMinute: most.optional(),
  /** How many minutes' worth a rate may save up. Default: 1. */
  burst: z.number().positive().max(1440).optional(),
  /** Requests that run or wait at the same time. */
  concurrency: most.optional(),
  /** Of a calendar day and month in UTC. */
  tokensPerDay: most.optional(),
  tokensPerMonth: most.optional(),
  /** In US dollars, by the price table. */
  costPerDay: z.number().min(0).optional(),
  costPerMonth: z.number().min(0).optional(),
});
export type LimitSet = z.infer<typeof limitSet>;
