import { z } from 'zod';
import { keepAlive } from '../api/keep-alive.ts';
import { parseByteSize } from '../lib/byte-size.ts';

const byteSize = z
  .union([z.number(), z.string()])
  .refine((value) => parseByteSize(value) !== undefined, 'must be bytes or a size like "8GiB"');

/** How long a local model stays loaded; beside how it is run. */
export const localModelLife = {
  /** Loaded at the start and never put out. Where no model says anything of it, the first is loaded at the start. */
  pinned: z.boolean().optional(),
  /** Time without a request after which it is unloaded; 0: at once, negative: never. Default: `loading.keepAlive`. */
  keepAlive: keepAlive.optional(),
};

/** How local models come into memory and leave it. */
export const loadingSettings = z.strictObject({
  /** Time without a request after which a model is unloaded; 0: at once, negative: never. Default: 5m; a lone model stays. */
  keepAlive: keepAlive.optional(),
  /** Models that may be loaded at once. Default: as many as fit. */
  maxLoaded: z.int().min(1).optional(),
  /** Memory that all models may take together. Default: what is free. */
  memoryLimit: byteSize.optional(),
  /** Of the memory that is free, what is left alone. */
  reserve: byteSize.default('256MiB'),
});
