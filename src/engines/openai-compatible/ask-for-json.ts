import type { z } from 'zod';
import { ManifoldError } from '../../errors.ts';
import type { Caller } from '../engine.ts';
import { connectionFailure } from './connection-failure.ts';
import type { Endpoint } from './endpoint.ts';
import { readJson } from './read-json.ts';

/** Asks a server for an answer of one piece. Rejects as `post` does, and with `engine_error` for one of another shape. */
export async function askForJson<T extends z.ZodType>(
  { endpoint, path, body }: { readonly endpoint: Endpoint; readonly path: string; readonly body: object },
  schema: T,
  signal: AbortSignal,
  caller: Caller,
): Promise<z.output<T>> {
  const response = await endpoint.post(path, body, signal, caller);
  const value = await readJson(response.body).catch((cause: unknown) => {
    throw connectionFailure(cause, signal);
  });
  const answer = schema.safeParse(value);
  if (answer.success) return answer.data;
  throw new ManifoldError('engine_error', 'The engine sent an answer of another shape.', { cause: answer.error });
}
