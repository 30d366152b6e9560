import type { Dispatcher } from 'undici';
import { ManifoldError } from '../../errors.ts';
import { connectionFailure } from './connection-failure.ts';
import { jsonBytes } from './json-bytes.ts';
import { readText } from './read-text.ts';
import { sendRequest, type Answer } from './send-request.ts';
import { upstreamError } from './upstream-error.ts';

/** Bytes of an error body worth reading. */
const maxErrorBytes = 64 << 10;

/** Where and how an endpoint is reached. */
export interface Upstream {
  readonly dispatcher: Dispatcher;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request that is answered with a stream of events. Resolves when the endpoint accepted it, else throws why not. */
export async function openEventStream(upstream: Upstream, body: object, signal: AbortSignal): Promise<Answer> {
  const answer = await send(upstream, body, signal);
  if (answer.status === 200) return answer;
  throw upstreamError(answer.status, await readText(answer.body, maxErrorBytes));
}

/** A stream of ours ends with `[DONE]` or not at all: a truncated answer is never dressed as a whole one. */
export function endOfStream(isDone: boolean): undefined {
  if (isDone) return undefined;
  throw new ManifoldError('engine_disconnected', 'The engine ended the stream before the answer was complete.');
}

/** What a failure to hear an answer means, where it does not say so itself: the client left, or the engine did or was not there. */
export function connectionError(cause: unknown, signal: AbortSignal): ManifoldError {
  if (cause instanceof ManifoldError) return cause;
  if (signal.aborted) return new ManifoldError('client_closed_request', 'The request was cancelled.', { cause });
  const { code, message } = connectionFailure(cause);
  return new ManifoldError(code, message, { cause, retryAfterSeconds: code === 'engine_unreachable' ? 5 : undefined });
}

async function send(upstream: Upstream, body: object, signal: AbortSignal): Promise<Answer> {
  try {
    return await sendRequest(
      upstream.dispatcher,
      {
        method: 'POST',
        path: upstream.path,
        origin: 'http://engine',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...upstream.headers },
        body: jsonBytes(body),
      },
      signal,
    );
  } catch (cause) {
    throw connectionError(cause, signal);
  }
}
