import { ManifoldError, type ErrorCode } from '../../errors.ts';
import { isCertificateProblem } from '../../lib/certificate-problem.ts';

const timeouts: Readonly<Record<string, ErrorCode>> = {
  UND_ERR_CONNECT_TIMEOUT: 'engine_connect_timeout',
  UND_ERR_HEADERS_TIMEOUT: 'engine_first_token_timeout',
  UND_ERR_BODY_TIMEOUT: 'engine_token_timeout',
};
const unreachable = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
/** OpenSSL's names for a handshake that failed before there was a certificate, as with a server that speaks no TLS. */
const handshake = /^ERR_SSL_|^EPROTO$/;

const messages = {
  engine_unreachable: 'The engine cannot be reached; try again shortly.',
  engine_connect_timeout: 'The engine did not take the connection in time; try again shortly.',
  engine_first_token_timeout: 'The engine did not begin to answer in time. Try again, or ask for less.',
  engine_token_timeout: 'The engine stopped in the middle of the answer. Try again, or ask for less.',
  engine_disconnected: 'The connection to the engine was lost.',
  engine_error: 'The engine sent an event that cannot be read: it is too long, or damaged.',
} as const satisfies Partial<Record<ErrorCode, string>>;

/**
 * What a failure to reach an engine, or to hear it to the end, means, where it does not say so itself: nobody waits any
 * more, the engine was never there and so did not see the request, or it was lost while it had it, or what came of it was
 * no stream of events.
 */
export function connectionFailure(cause: unknown, signal: AbortSignal): ManifoldError {
  if (cause instanceof ManifoldError) return cause;
  if (signal.aborted) return new ManifoldError('client_closed_request', 'The request was cancelled.', { cause });
  const name = nameOf(cause);
  const problem = tlsProblem(name);
  if (problem !== undefined) return new ManifoldError('upstream_tls', problem, { cause });
  const code = codeOf(cause, name) as keyof typeof messages;
  return new ManifoldError(code, messages[code], { cause });
}

function nameOf(cause: unknown): string {
  const isNamed = typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string';
  return isNamed ? (cause.code as string) : '';
}

function tlsProblem(name: string): string | undefined {
  if (isCertificateProblem(name))
    return 'The certificate of the engine is not trusted. Whoever runs this server has to name its `tls.ca`, or mend it.';
  if (!handshake.test(name)) return undefined;
  return 'The engine does not speak https as this server does. Whoever runs this server has to mend its address, or the engine.';
}

function codeOf(cause: unknown, name: string): ErrorCode {
  // The reader of events gave up, and the connection was there.
  if (cause instanceof RangeError) return 'engine_error';
  const timeout = timeouts[name];
  if (timeout) return timeout;
  return unreachable.has(name) || isBeforeConnection(cause) ? 'engine_unreachable' : 'engine_disconnected';
}

/** A handshake that was cut names the address it was made from. */
function isBeforeConnection(cause: unknown): boolean {
  if (typeof cause !== 'object' || cause === null) return false;
  return ('syscall' in cause && cause.syscall === 'connect') || 'localAddress' in cause;
}
