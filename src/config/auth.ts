import { z } from 'zod';
import { configuredKey } from '../api/internal/configured-key.ts';

/** Who may use the server. */
export const authSettings = z.strictObject({
  /** False only on a loopback address. */
  enabled: z.boolean().default(true),
  /** Keys in plain text, beside those of the store; with what they may do where they are not for everything. */
  keys: z.array(configuredKey).default([]),
  /** True: a model that a key may not use is to it as if it did not exist. */
  hideModels: z.boolean().default(false),
  /** What becomes of running answers of a key that is revoked. */
  onRevoke: z.enum(['finish', 'abort']).default('finish'),
});

/** An address of its own for managing keys, which the other then does not answer. */
export const adminListener = z.strictObject({
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65535),
});
