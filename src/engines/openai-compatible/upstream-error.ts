import { z } from 'zod';
import { isErrorCode, ManifoldError } from '../../errors.ts';
import { secondsOf } from './retry-after.ts';

const openAiError = z.object({
  error: z.object({
    message: z.string(),
    param: z.string().nullish(),
    code: z.union([z.string(), z.number()]).nullish(),
  }),
});

/**
 * The failure an upstream reported, as one of ours. A code of our own table passes with its message; anything
 * else becomes `bad_request` or `engine_error`, since a stranger's text must not reach a client unchecked.
 */
export function upstreamError(status: number, body: string, retryAfter?: string): ManifoldError {
  const own = ownError(body, retryAfter);
  if (own !== undefined) return own;
  const told = secondsOf(retryAfter);
  const cause = new Error(`status ${status}: ${body.slice(0, 500)}`);
  if (status === 429 || status === 503) {
    return new ManifoldError('engine_overloaded', 'The engine is overloaded; try again shortly.', {
      cause,
      retryAfterSeconds: told ?? 1,
    });
  }
  return status >= 400 && status < 500
    ? new ManifoldError('bad_request', 'The engine refused the request.', { cause })
    : new ManifoldError('engine_error', 'The engine failed while answering.', { cause });
}

/** The failure that a body tells by a code of our own table; undefined where it tells none. */
export function ownError(body: string, retryAfter?: string): ManifoldError | undefined {
  const error = parse(body);
  if (!error || !isErrorCode(error.code)) return undefined;
  return new ManifoldError(error.code, error.message, {
    param: error.param ?? undefined,
    retryAfterSeconds: secondsOf(retryAfter) ?? (error.code === 'engine_overloaded' ? 1 : undefined),
  });
}

function parse(body: string) {
  try {
    return openAiError.parse(JSON.parse(body)).error;
  } catch {
    return undefined;
  }
}
