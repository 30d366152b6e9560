import type { Dispatcher } from 'undici';
import { connectionError } from './connection-error.ts';

/** Bytes of an error body worth reading. */
const maxErrorBytes = 64 << 10;

/** Where and how an endpoint is reached. */
export interface Upstream {
  readonly dispatcher: Dispatcher;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a body as JSON; resolves with the response's head. Throws what `connectionError` makes of a lost connection. */
export async function postJson(
  upstream: Upstream,
  body: object,
  signal: AbortSignal,
  accept = 'application/json',
): Promise<Dispatcher.ResponseData> {
  try {
    return await upstream.dispatcher.request({
      method: 'POST',
      path: upstream.path,
      origin: 'http://engine',
      headers: { 'content-type': 'application/json', accept, ...upstream.headers },
      body: JSON.stringify(body),
      signal,
    });
  } catch (cause) {
    throw connectionError(cause, signal);
  }
}

/** The text of an error body, as far as it is worth reading. */
export async function readText(body: Dispatcher.ResponseData['body']): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    parts.push(part);
    bytes += part.length;
    if (bytes > maxErrorBytes) break;
  }
  return Buffer.concat(parts).toString('utf8');
}
