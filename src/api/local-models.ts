import { z } from 'zod';
import { keepAlive } from './keep-alive.ts';

/** Body of `POST /v1/manifold/load`. */
export const loadRequest = z.strictObject({
  model: z.string().min(1),
  /** How long it stays without a request, until it is loaded again. Default: as configured. */
  keep_alive: keepAlive.optional(),
});

/** Body of `POST /v1/manifold/unload`. */
export const unloadRequest = z.strictObject({ model: z.string().min(1) });

/** One local model, as `GET /v1/manifold/ps` lists it. */
export const localModel = z.object({
  id: z.string(),
  object: z.literal('manifold.local_model'),
  state: z.enum(['available', 'loading', 'ready', 'failed']),
  /** Share of the load that is done, 0 to 1; null unless loading. */
  progress: z.number().nullable(),
  /** Why it cannot answer, or in what it is less than configured. */
  reason: z.string().nullable(),
  pinned: z.boolean(),
  /** Requests that it answers, or that wait for it. */
  requests: z.int(),
  /** Bytes of memory that were planned for, and that its process has; null while it has none. */
  memory_planned: z.number().nullable(),
  memory_resident: z.number().nullable(),
  context_length: z.int().nullable(),
  slots: z.int().nullable(),
  threads: z.int().nullable(),
  pid: z.int().nullable(),
  /** Seconds until it is unloaded if nobody asks; null while that is not foreseen. */
  expires_in: z.number().nullable(),
});
export type LocalModel = z.infer<typeof localModel>;

export const localModelList = z.object({ object: z.literal('list'), data: z.array(localModel) });
