import { z } from 'zod';
import { type ConfiguredKey, configuredKey } from '../api/internal/configured-key.ts';

/** Of two keys with one text only one could say what it may do; two with one id would share limits and records. */
function refuseTwins(keys: readonly ConfiguredKey[], context: z.RefinementCtx): void {
  const seen = { text: new Set<string>(), id: new Set<string>() };
  for (const [index, given] of keys.entries()) {
    const { key, id = String(index + 1) } = typeof given === 'string' ? { key: given } : given;
    for (const [what, value] of [['text', key] as const, ['id', id] as const]) {
      const message = `A key before it has the same ${what}; give each its own`;
      if (seen[what].has(value)) context.addIssue({ code: 'custom', path: [index], message });
      seen[what].add(value);
    }
  }
}

/** Who may use the server. */
export const authSettings = z.strictObject({
  /** False only on a loopback address. */
  enabled: z.boolean().default(true),
  /** Keys in plain text, beside those of the store; with what they may do where they are not for everything. */
  keys: z.array(configuredKey).superRefine(refuseTwins).default([]),
  /** True: a model that a key may not use is to it as if it did not exist. */
  hideModels: z.boolean().default(false),
  /** What becomes of running answers of a key that is revoked. */
  onRevoke: z.enum(['finish', 'abort']).default('finish'),
});

/** An address of its own for what needs the scope `admin`, which the other then does not answer. */
export const adminListener = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65535),
});
