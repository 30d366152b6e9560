import { ManifoldError } from '../../errors.ts';
import { isCertificateProblem } from '../../lib/certificate-problem.ts';
import { connectionFailure as failureOf } from '../openai-compatible/connection-failure.ts';

/** OpenSSL's names for a handshake that failed before there was a certificate, as with a server that speaks no TLS. */
const handshake = /^ERR_SSL_|^EPROTO$/;

/** What a failure to reach a server, or to hear it to the end, means. */
export function connectionFailure(cause: unknown, signal: AbortSignal): ManifoldError {
  if (cause instanceof ManifoldError) return cause;
  if (signal.aborted) return new ManifoldError('client_closed_request', 'The request was cancelled.', { cause });
  const name = codeOf(cause);
  const problem = tlsProblem(name);
  if (problem !== undefined) return new ManifoldError('upstream_tls', problem, { cause });
  const { code, message } = failureOf(cause);
  return new ManifoldError(code, message, { cause });
}

function tlsProblem(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined;
  if (isCertificateProblem(name))
    return 'The certificate of the engine is not trusted. Whoever runs this server has to name its `tls.ca`, or mend it.';
  if (!handshake.test(name)) return undefined;
  return 'The engine does not speak https as this server does. Whoever runs this server has to mend its address, or the engine.';
}

function codeOf(failure: unknown): unknown {
  return typeof failure === 'object' && failure !== null && 'code' in failure ? failure.code : undefined;
}
