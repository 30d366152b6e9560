import { z } from 'zod';
import { embeddingFacts } from './internal/engine-host.ts';

/** One entry of `GET /v1/models`: OpenAI's fields, NIM's, and what Manifold knows about its state. */
export const model = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
  root: z.string(),
  /** The model that it adapts; null for a model of its own. */
  parent: z.string().nullable(),
  max_model_len: z.int().nullable(),
  permission: z.array(z.unknown()),
  manifold: z.object({
    state: z.enum(['available', 'loading', 'ready', 'failed']),
    /** Why the model cannot answer now, or in what it is less than configured, in words; null otherwise. */
    reason: z.string().nullable(),
    /** Share of the load that is done, 0 to 1; null unless loading. */
    progress: z.number().nullable(),
    /** What the model does; null while nobody knows. */
    task: z.enum(['chat', 'embedding']).nullable(),
    /** Whether messages may hold images. */
    images: z.boolean(),
    /** What an embedding model makes; null for others. */
    embedding: embeddingFacts.nullable(),
  }),
});
export type Model = z.infer<typeof model>;

export const modelList = z.object({ object: z.literal('list'), data: z.array(model) });
export type ModelList = z.infer<typeof modelList>;
