import { z } from 'zod';
import { embeddingFacts } from './embedding-facts.ts';

/** What a model can do, where that is known; null where it is not. */
const capabilities = z.object({
  /** What messages may hold. */
  modalities: z.array(z.enum(['text', 'image', 'audio', 'video'])).nullable(),
  tools: z.boolean().nullable(),
  structured_output: z.boolean().nullable(),
  reasoning: z.boolean().nullable(),
  /** What switches its reasoning, in words. */
  reasoning_switch: z.string().nullable(),
});

/** What a model's weights take, of memory as of disk. */
const weightsNeed = z.object({
  weights_bytes: z.int(),
  quantization: z.string(),
  /** Reckoned from the number of parameters, not the size of files. */
  is_estimate: z.boolean(),
});

const retirement = z.object({
  /** The day of it: `2026-07-27`. */
  on: z.string().nullable(),
  successor: z.string().nullable(),
});

/**
 * Where a model stands. Callable: `ready` here, `upstream` on a server elsewhere, `loading`, `available` on disk and
 * loaded by its first request. Not callable: `failed`; known from the catalogue only and `downloadable`, `retired`, or
 * `unavailable` without an engine elsewhere.
 */
const modelState = z.enum([
  'ready',
  'upstream',
  'loading',
  'available',
  'failed',
  'downloadable',
  'retired',
  'unavailable',
]);
export type ModelState = z.infer<typeof modelState>;

/** One entry of `GET /v1/models`: OpenAI's fields, NIM's, and what Manifold knows about its state. */
export const model = z.object({
  id: z.string(),
  object: z.literal('model'),
  /** Unix seconds since which it is served; 0 where it is not. */
  created: z.int(),
  owned_by: z.string(),
  /** The id that the catalogue has for the model, which is its id where the catalogue does not know it. */
  root: z.string(),
  /** The model that it adapts; null for a model of its own. */
  parent: z.string().nullable(),
  max_model_len: z.int().nullable(),
  permission: z.array(z.unknown()),
  manifold: z.object({
    state: modelState,
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
    capabilities,
    /** Null where neither files nor parameters are known. */
    memory: weightsNeed.nullable(),
    /** Its end of service, past or announced; null where none is known. */
    retired: retirement.nullable(),
  }),
});
export type Model = z.infer<typeof model>;

export const modelList = z.object({ object: z.literal('list'), data: z.array(model) });
export type ModelList = z.infer<typeof modelList>;
