import type { Dispatcher } from 'undici';
import { emulatedHeader, promptTokensHeader } from '../../api/internal/engine-host.ts';
import { ManifoldError } from '../../errors.ts';
import type { Caller } from '../engine.ts';
import { readEvents } from './answer-events.ts';
import { connectionFailure } from './connection-failure.ts';
import { emulatedNames } from './emulated-names.ts';
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

interface EventsAsked<T> {
  /** What the value of an event says; throws for what is no such event. `data` is its text. */
  readonly read: (value: unknown, data: string) => T;
  readonly signal: AbortSignal;
  /** Told what the headers say, before the stream is handed out. */
  readonly caller?: Pick<Caller, 'onEmulated' | 'onPromptTokens'> | undefined;
}

/**
 * Sends a request and streams the events of its answer. Resolves when the endpoint accepted it, else throws why not. The
 * stream throws `engine_disconnected` when it ends without `[DONE]`: a truncated answer is never dressed as a whole one.
 * Leaving the iteration, or the signal, closes the connection.
 */
export async function streamEvents<T>(
  upstream: Upstream,
  body: object,
  { read, signal, caller = {} }: EventsAsked<T>,
): Promise<AsyncIterable<T>> {
  const answer = await send(upstream, body, signal);
  if (answer.status !== 200) throw upstreamError(answer.status, await readText(answer.body, maxErrorBytes));
  const emulated = emulatedNames(answer.headers[emulatedHeader]);
  if (emulated.length > 0) caller.onEmulated?.(emulated);
  const promptTokens = String(answer.headers[promptTokensHeader] ?? '');
  if (/^\d{1,9}$/.test(promptTokens)) caller.onPromptTokens?.(Number(promptTokens));
  return readEvents(answer.body, {
    read: (data) => read(parsed(data), data),
    end(isDone) {
      if (isDone) return undefined;
      throw new ManifoldError('engine_disconnected', 'The engine ended the stream before the answer was complete.');
    },
    lost(cause) {
      throw connectionFailure(cause, signal);
    },
  });
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new ManifoldError('engine_error', 'The engine sent an event that is not JSON.', { cause });
  }
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
    throw connectionFailure(cause, signal);
  }
}
