import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** Who sends nothing for so long has seen the answer. */
const silenceMs = 2000;

/** Whether a client waits to be told to go on. HTTP/1.0 has no such word: there it is ignored (RFC 9110 §10.1.1). */
export function waitsToContinue({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.expect?.toLowerCase() === '100-continue' && httpVersion !== '1.0';
}

/** Whether the body of a request that is answered already is on its way. Who waits to be told to go on sends none. */
export function isStillComing(request: IncomingMessage): boolean {
  const { complete, headers } = request;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return hasBody && !complete && !waitsToContinue(request);
}

/**
 * The answer at once, but its end only once the request has come. A connection that is closed while the client still
 * sends is reset, and the answer is lost on the way: the client would see a broken connection in place of a refusal.
 * What comes is dropped; silence ends it, and the time that a request may take.
 */
export function earlyAnswer(text: string, request: IncomingMessage): Readable {
  return Readable.from(
    (async function* () {
      yield text;
      const silence = new AbortController();
      const timer = setTimeout(() => silence.abort(), silenceMs);
      request.on('data', () => void timer.refresh());
      await finished(request, { writable: false, signal: silence.signal }).catch(() => undefined);
      clearTimeout(timer);
    })(),
  );
}
