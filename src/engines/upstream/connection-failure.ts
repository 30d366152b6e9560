import { ManifoldError } from '../../errors.ts';
import { connectionFailure as failureOf } from '../openai-compatible/connection-failure.ts';

/** Node's and OpenSSL's names for a certificate that is not what it has to be, or a handshake that failed. */
const certificate = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY)_)|^EPROTO$|_CERT/;

/** What a failure to reach a server, or to hear it to the end, means. */
export function connectionFailure(cause: unknown, signal: AbortSignal): ManifoldError {
  if (cause instanceof ManifoldError) return cause;
  if (signal.aborted) return new ManifoldError('client_closed_request', 'The request was cancelled.', { cause });
  const name = codeOf(cause);
  if (typeof name === 'string' && certificate.test(name)) {
    return new ManifoldError(
      'upstream_tls',
      'The certificate of the engine is not trusted. Whoever runs this server has to name its `tls.ca`, or mend it.',
      { cause },
    );
  }
  const { code, message } = failureOf(cause);
  return new ManifoldError(code, message, { cause });
}

function codeOf(failure: unknown): unknown {
  return typeof failure === 'object' && failure !== null && 'code' in failure ? failure.code : undefined;
}
