import { ManifoldError } from '../../errors.ts';

const timeouts: ReadonlySet<unknown> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
/** Node's and OpenSSL's names for a certificate that is not what it has to be, or a handshake that failed. */
const certificate = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY)_)|^EPROTO$|_CERT/;

/** What a failure to reach a server, or to hear it to the end, means. */
export function connectionFailure(cause: unknown, signal: AbortSignal): ManifoldError {
  if (cause instanceof ManifoldError) return cause;
  if (signal.aborted) return new ManifoldError('client_closed_request', 'The request was cancelled.', { cause });
  const code = codeOf(cause);
  if (timeouts.has(code)) {
    return new ManifoldError('upstream_timeout', 'The engine said nothing for too long; try again.', { cause });
  }
  if (typeof code === 'string' && certificate.test(code)) {
    return new ManifoldError(
      'upstream_tls',
      'The certificate of the engine is not trusted. Whoever runs this server has to name its `tls.ca`, or mend it.',
      { cause },
    );
  }
  return new ManifoldError('engine_disconnected', 'The connection to the engine was lost.', { cause });
}

function codeOf(failure: unknown): unknown {
  return typeof failure === 'object' && failure !== null && 'code' in failure ? failure.code : undefined;
}
