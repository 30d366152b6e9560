import { z } from 'zod';
import { withDefault } from './optional-field.ts';

/** The body of `POST /v1/manifold/pull`. Strict: a field that is not known is likely a slip of the pen. */
export const pullRequest = z.strictObject({
  model: z.string().min(1).max(512).meta({
    description: '`hf:org/name[:QUANT or file.gguf][@revision]`, an id of the catalogue, or a URL of an allowed host.',
  }),
  stream: withDefault(z.boolean(), true).meta({ description: 'Whether what happens is told as it happens.' }),
  dry_run: withDefault(z.boolean(), false).meta({ description: 'Whether to say what would be done, and stop.' }),
});

/** What a pull brought, or with `dry_run` would bring. The last event of a stream too. */
export const pulled = z.object({
  object: z.literal('manifold.pull'),
  status: z.enum(['planned', 'done']),
  /** What was asked for, spelled out: `hf:org/name:Q4_K_M`. */
  model: z.string(),
  from: z.string(),
  quantization: z.string().nullable(),
  files: z.array(z.object({ name: z.string(), bytes: z.int().nullable() })),
  total_bytes: z.int().nullable(),
  /** Bytes that were here before the pull. */
  present_bytes: z.int(),
});
export type Pulled = z.infer<typeof pulled>;

/** What happens in between. `bytes` are of all files together. */
export const pullProgress = z.object({
  object: z.literal('manifold.pull.progress'),
  status: z.enum(['downloading', 'waiting', 'checking', 'retrying', 'restarting']),
  file: z.string(),
  bytes: z.int().optional(),
  total_bytes: z.int().optional(),
  message: z.string().optional(),
});
export type PullProgressEvent = z.infer<typeof pullProgress>;
