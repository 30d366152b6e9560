import { jsonBytes } from './json-bytes.ts';
import type { Dispatcher } from 'undici';
import { ManifoldError } from '../../errors.ts';
import { connectionFailure } from './connection-failure.ts';
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
export async function openEventStream(
  upstream: Upstream,
  body: object,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const response = await send(upstream, body, signal);
  if (response.statusCode === 200) return response;
  throw upstreamError(response.statusCode, await readText(response.body));
}

/** What a failure of the connection means: the client left, or the engine did or was not there. */
export function connectionError(cause: unknown, signal: AbortSignal): ManifoldError {
  if (signal.aborted) return new ManifoldError('client_closed_request', 'The request was cancelled.', { cause });
  const { code, message } = connectionFailure(cause);
  return new ManifoldError(code, message, { cause, retryAfterSeconds: code === 'engine_unreachable' ? 5 : undefined });
}

async function send(upstream: Upstream, body: object, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  try {
    return await upstream.dispatcher.request({
      method: 'POST',
      path: upstream.path,
      origin: 'http://engine',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...upstream.headers },
      body: jsonBytes(body),
      signal,
    });
  } catch (cause) {
    throw connectionError(cause, signal);
  }
}

async function readText(body: Dispatcher.ResponseData['body']): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    parts.push(part);
    bytes += part.length;
    if (bytes > maxErrorBytes) break;
  }
  return Buffer.concat(parts).toString('utf8');
}
