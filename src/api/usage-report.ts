import { z } from 'zod';

const count = z.int().min(0);

const sums = {
  requests: count,
  /** Of them, those with a status of 400 or more. */
  errors: count,
  /** Of them, those whose tokens are an estimate, since the engine's own figures never came. */
  estimated: count,
  prompt_tokens: count,
  /** Part of the prompt tokens. */
  cached_tokens: count,
  completion_tokens: count,
  /** Part of the completion tokens. */
  reasoning_tokens: count,
  cost_usd: z.number().min(0),
};

const dimension = z.enum(['key', 'team', 'model', 'hour', 'day', 'month']);

/** What was used, summed as asked. Times are UTC. */
export const usageReport = z.object({
  object: z.literal('usage_report'),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  by: z.array(dimension),
  data: z.array(
    z.object({
      /** Beginning of the hour, day or month. */
      start: z.iso.datetime().optional(),
      /** A key's id. */
      key: z.string().optional(),
      /** Null: of no team. */
      team: z.string().nullable().optional(),
      model: z.string().optional(),
      ...sums,
    }),
  ),
  total: z.object(sums),
});
export type WireUsageReport = z.infer<typeof usageReport>;

const name = z.string().min(1).max(512);

/** The query of `GET /v1/manifold/usage`. Strict, and each parameter at most once. */
export const usageReportQuery = z.strictObject({
  /** Dimensions, with commas between. */
  by: z.string().max(128).optional(),
  from: z.string().max(64).optional(),
  to: z.string().max(64).optional(),
  key: name.optional(),
  team: name.optional(),
  model: name.optional(),
  format: z.enum(['json', 'csv']).optional(),
});
