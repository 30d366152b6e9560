import type { WireError } from './wire.ts';

/** A failure that the server explained, or that kept the page from reaching it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string | null;
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;

  constructor(message: string, details: { status: number; code?: string | null; response?: Response }) {
    super(message);
    this.status = details.status;
    this.code = details.code ?? null;
    this.requestId = details.response?.headers.get('x-request-id') ?? null;
    const retryAfter = Number(details.response?.headers.get('retry-after') ?? Number.NaN);
    this.retryAfterSeconds = Number.isFinite(retryAfter) ? retryAfter : null;
  }
}

/** The error a response carries, told in the server's own words when it gave any. */
export async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  const explained = explainedError(text);
  const message = explained?.message ?? `The server answered ${response.status} without saying why.`;
  return new ApiError(message, { status: response.status, code: explained?.code ?? null, response });
}

/** The `error` object of a JSON text, or nothing when the text holds none. */
export function explainedError(text: string): WireError['error'] | undefined {
  try {
    const body = JSON.parse(text) as Partial<WireError> | null;
    return typeof body?.error?.message === 'string' ? body.error : undefined;
  } catch {
    return undefined;
  }
}
