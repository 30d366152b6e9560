import { ManifoldError } from '../../errors.ts';

/** What a lost connection means: a request that was aborted, or an engine that is gone. */
export function connectionError(cause: unknown, signal: AbortSignal): ManifoldError {
  return signal.aborted
    ? new ManifoldError('client_closed_request', 'The request was cancelled.', { cause })
    : new ManifoldError('engine_disconnected', 'The connection to the engine was lost.', { cause });
}
