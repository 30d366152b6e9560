import type { ErrorBody } from '../api/error.ts';
import type { ManifoldError } from '../errors.ts';

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  499: 'Client Closed Request',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  507: 'Insufficient Storage',
};

/** How long to wait for what may pass, where nothing tells a better time. */
const someSeconds = 5;

/** Every failure's JSON body, plain answers and stream events alike. */
export function errorBodyOf(error: ManifoldError): ErrorBody {
  const { message, type, param, code, status } = error;
  return {
    error: { message, type, param: param ?? null, code },
    status,
    title: titles[status] ?? 'Internal Server Error',
    detail: message,
  };
}

/** The headers an error brings beside its body. */
export function errorHeaders(error: ManifoldError): Record<string, string> {
  const headers: Record<string, string> = {};
  const { status, isRetryable } = error;
  const isBusy = isRetryable && (status === 429 || status === 503);
  const waitSeconds = error.retryAfterSeconds ?? (isBusy ? someSeconds : undefined);
  if (waitSeconds !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(waitSeconds)));
  const { on, successor } = error.retirement ?? {};
  if (on !== undefined) headers['sunset'] = new Date(`${on}T00:00:00Z`).toUTCString();
  if (successor !== undefined) headers['link'] = `</v1/models/${successor}>; rel="successor-version"`;
  // Clients try again by status; OpenAI's own ask this header first.
  if (!isRetryable && (status === 429 || status >= 500)) headers['x-should-retry'] = 'false';
  if (status === 401)
    headers['www-authenticate'] = error.code === 'invalid_api_key' ? 'Bearer error="invalid_token"' : 'Bearer';
  return headers;
}

/** A failure after the commit point: the 200 is already sent, so it travels as an event. */
export function errorEvent(error: ManifoldError): string {
  return `data: ${JSON.stringify(errorBodyOf(error))}\n\n`;
}
