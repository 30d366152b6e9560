import type { Socket } from 'node:net';
import { ManifoldError } from '../errors.ts';
import { errorBodyOf } from './error-response.ts';
import { newRequestId } from './request-id.ts';

/** Answers what Node's HTTP parser refuses, in the same JSON as everything else, and closes the connection. */
export function answerClientError(failure: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || failure.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const error = toError(failure.code);
  const body = JSON.stringify(errorBodyOf(error));
  socket.end(
    [
      `HTTP/1.1 ${error.status} ${errorBodyOf(error).title}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${newRequestId()}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
    () => socket.destroy(),
  );
}

function toError(code: string | undefined): ManifoldError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ManifoldError('request_timeout', 'The request did not arrive in time.');
    case 'HPE_HEADER_OVERFLOW':
      return new ManifoldError('headers_too_large', 'The request headers are larger than 16 KiB.');
    default:
      return new ManifoldError('bad_request', 'The request is not valid HTTP.');
  }
}
