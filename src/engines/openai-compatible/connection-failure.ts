import type { ErrorCode } from '../../errors.ts';

const timeouts: Readonly<Record<string, ErrorCode>> = {
  UND_ERR_CONNECT_TIMEOUT: 'engine_connect_timeout',
  UND_ERR_HEADERS_TIMEOUT: 'engine_first_token_timeout',
  UND_ERR_BODY_TIMEOUT: 'engine_token_timeout',
};
const unreachable = new Set([
  'ECONNREFUSED',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPROTO',
]);
const tlsFailure = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA)/;

const messages = {
  engine_unreachable: 'The engine cannot be reached; try again shortly.',
  engine_connect_timeout: 'The engine did not take the connection in time; try again shortly.',
  engine_first_token_timeout: 'The engine did not begin to answer in time. Try again, or ask for less.',
  engine_token_timeout: 'The engine stopped in the middle of the answer. Try again, or ask for less.',
  engine_disconnected: 'The connection to the engine was lost.',
  engine_error: 'The engine sent an event that cannot be read: it is too long, or damaged.',
} as const satisfies Partial<Record<ErrorCode, string>>;

/**
 * What a failed connection means: it was never there, so the engine did not see the request, or it was lost while the
 * engine had it, or what came of it was no stream of events.
 */
export function connectionFailure(cause: unknown): { readonly code: ErrorCode; readonly message: string } {
  const code = codeOf(cause) as keyof typeof messages;
  return { code, message: messages[code] };
}

function codeOf(cause: unknown): ErrorCode {
  if (typeof cause !== 'object' || cause === null) return 'engine_disconnected';
  // The reader of events gave up, and the connection was there.
  if (cause instanceof RangeError) return 'engine_error';
  const { code, syscall } = cause as { readonly code?: unknown; readonly syscall?: unknown };
  const name = typeof code === 'string' ? code : '';
  const timeout = timeouts[name];
  if (timeout) return timeout;
  // A handshake that was cut names the address it was made from.
  const isBefore = syscall === 'connect' || 'localAddress' in cause;
  return isBefore || unreachable.has(name) || tlsFailure.test(name) ? 'engine_unreachable' : 'engine_disconnected';
}
