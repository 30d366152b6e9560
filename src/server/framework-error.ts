import { ManifoldError, toManifoldError } from '../errors.ts';

/** Said of a body that is longer than the server reads. */
export function tooLarge(maxBodyBytes: number): string {
  return `The request body is larger than ${maxBodyBytes} bytes, the most that this server accepts.`;
}

/** Fastify's own refusals in terms of our table; anything unknown is a bug and stays hidden. */
export function fromFrameworkError(failure: unknown, maxBodyBytes: number): ManifoldError {
  if (failure instanceof ManifoldError || !(failure instanceof Error)) return toManifoldError(failure);
  const code = 'code' in failure ? failure.code : undefined;
  const status = 'statusCode' in failure && typeof failure.statusCode === 'number' ? failure.statusCode : 500;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new ManifoldError('request_too_large', tooLarge(maxBodyBytes), { cause: failure });
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new ManifoldError('unsupported_media_type', 'Send the body as `content-type: application/json`.', {
      cause: failure,
    });
  }
  if (status >= 400 && status < 500) {
    return new ManifoldError('bad_request', 'The request is not valid HTTP for this route.', { cause: failure });
  }
  return toManifoldError(failure);
}
