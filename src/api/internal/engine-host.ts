import { z } from 'zod';

/** What the supervisor hands an engine host at start, as one JSON argument. */
export const hostOptions = z.strictObject({
  modelPath: z.string(),
  modelId: z.string(),
  /** Where to listen: a path inside a private directory. */
  socketPath: z.string(),
  /** Tokens per slot; absent: as trained, at most 8192. */
  context: z.int().optional(),
  slots: z.int(),
  /** Tokens that all slots hold together; absent: all slots full, or what fits in memory. */
  cells: z.int().optional(),
  threads: z.int(),
  libDir: z.string().optional(),
  /** Requests that may wait for a slot before new ones are refused. */
  maxWaiting: z.int(),
});
export type HostOptions = z.infer<typeof hostOptions>;

/** Requests with the same value may share what the engine computed for a common beginning. */
export const cacheSaltHeader = 'x-manifold-cache-salt';

/** Raised with every incompatible change between supervisor and host; both sides must agree. */
export const hostProtocol = 1;

/** What a host says about itself, one JSON line each on its standard output. */
export const hostEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('progress'), fraction: z.number() }),
  z.object({
    event: z.literal('ready'),
    protocol: z.int(),
    contextLength: z.int(),
    slots: z.int(),
    cells: z.int(),
    /** What a step of so many tokens took at load. */
    stepMilliseconds: z.array(z.object({ tokens: z.int(), milliseconds: z.number() })),
    architecture: z.string(),
    name: z.string().nullable(),
    loadMilliseconds: z.number(),
  }),
  /** Once a second: the event loop lives; `stalledMs` since the engine last finished a round while it has work. */
  z.object({ event: z.literal('beat'), stalledMs: z.number() }),
  z.object({ event: z.literal('failed'), code: z.string(), message: z.string() }),
]);
export type HostEvent = z.infer<typeof hostEvent>;
