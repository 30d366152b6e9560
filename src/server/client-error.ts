import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ManifoldError } from '../errors.ts';
import type { Logger } from '../observability/logger.ts';
import { errorBodyOf } from './error-response.ts';
import { securityHeaders } from './hooks/security-headers.ts';
import { newRequestId } from './request-id.ts';
import type { RunningExchanges } from './running-exchanges.ts';

interface ClientErrorParts {
  readonly running: Pick<RunningExchanges, 'of'>;
  readonly logger: Logger;
}

/** Node's name for the answer that a connection is at; Node's own handler of these failures looks at it too. */
interface Answering {
  readonly _httpMessage?: ServerResponse | null;
}

/**
 * How a connection fails that hears no answer: the client has closed it, also in the middle of a request, or has not agreed
 * upon TLS, which all that is written waits for.
 */
const deaf: ReadonlySet<unknown> = new Set(['ECONNRESET', 'HPE_INVALID_EOF_STATE', 'ERR_TLS_HANDSHAKE_TIMEOUT']);

/**
 * Answers what Node's HTTP parser refuses, in the same JSON as everything else, and closes the connection. A request that
 * was let in before the rest of it broke is answered under its own id. An answer that has begun is cut off: nothing else
 * may stand in it.
 */
export function createClientErrorHandler({ running, logger }: ClientErrorParts) {
  return (failure: Error & { readonly code?: string }, socket: Socket): void => {
    const response = (socket as Answering)._httpMessage ?? undefined;
    if (!socket.writable || deaf.has(failure.code) || response?.headersSent) {
      socket.destroy();
      return;
    }
    const exchange = response && running.of(response);
    const requestId = exchange?.trace?.requestId ?? newRequestId();
    const error = toError(failure.code);
    const { status, title } = errorBodyOf(error);
    const text = JSON.stringify(errorBodyOf(error));
    const headers = {
      ...securityHeaders,
      'x-request-id': requestId,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      connection: 'close',
    };
    const close = () => socket.destroy();
    if (exchange) {
      exchange.measurement.errorCode = error.code;
      response.writeHead(status, title, headers).end(text, close);
      return;
    }
    logger.info({ requestId, status, errorCode: error.code }, 'request');
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.end([`HTTP/1.1 ${status} ${title}`, ...lines, '', text].join('\r\n'), close);
  };
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
