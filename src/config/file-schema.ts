import { z } from 'zod';
import { config } from './config.ts';
import { upstreamEngine } from './upstream-engine.ts';

/** The JSON Schema of a configuration file, in which engines may also be a map from name to engine. */
export function fileSchema(): object {
  const file = config.extend({ engines: z.union([config.shape.engines, z.record(z.string(), upstreamEngine)]) });
  return z.toJSONSchema(file, { io: 'input' });
}
