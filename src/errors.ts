/**
 * Every error Manifold answers with: its code, HTTP status, OpenAI `type`, and whether the same
 * request may succeed when it is tried again (elsewhere, or later).
 *
 * Codes follow OpenAI's where one exists (https://developers.openai.com/docs/guides/error-codes).
 */
export const errorTable = {
  invalid_json: { status: 400, type: 'invalid_request_error', retryable: false },
  duplicate_key: { status: 400, type: 'invalid_request_error', retryable: false },
  invalid_value: { status: 400, type: 'invalid_request_error', retryable: false },
  invalid_type: { status: 400, type: 'invalid_request_error', retryable: false },
  missing_required_parameter: { status: 400, type: 'invalid_request_error', retryable: false },
  unsupported_parameter: { status: 400, type: 'invalid_request_error', retryable: false },
  unsupported_schema: { status: 400, type: 'invalid_request_error', retryable: false },
  unsupported_task: { status: 400, type: 'invalid_request_error', retryable: false },
  unsupported_content: { status: 400, type: 'invalid_request_error', retryable: false },
  invalid_image: { status: 400, type: 'invalid_request_error', retryable: false },
  invalid_image_url: { status: 400, type: 'invalid_request_error', retryable: false },
  context_length_exceeded: { status: 400, type: 'invalid_request_error', retryable: false },
  invalid_prompt: { status: 400, type: 'invalid_request_error', retryable: false },
  request_over_limit: { status: 400, type: 'invalid_request_error', retryable: false },
  bad_request: { status: 400, type: 'invalid_request_error', retryable: false },
  invalid_api_key: { status: 401, type: 'authentication_error', retryable: false },
  missing_api_key: { status: 401, type: 'authentication_error', retryable: false },
  model_not_allowed: { status: 403, type: 'permission_error', retryable: false },
  endpoint_not_allowed: { status: 403, type: 'permission_error', retryable: false },
  grant_not_allowed: { status: 403, type: 'permission_error', retryable: false },
  model_not_found: { status: 404, type: 'invalid_request_error', retryable: false },
  key_not_found: { status: 404, type: 'invalid_request_error', retryable: false },
  route_not_found: { status: 404, type: 'invalid_request_error', retryable: false },
  method_not_allowed: { status: 405, type: 'invalid_request_error', retryable: false },
  request_timeout: { status: 408, type: 'invalid_request_error', retryable: true },
  key_conflict: { status: 409, type: 'invalid_request_error', retryable: false },
  model_retired: { status: 410, type: 'invalid_request_error', retryable: false },
  request_too_large: { status: 413, type: 'invalid_request_error', retryable: false },
  unsupported_media_type: { status: 415, type: 'invalid_request_error', retryable: false },
  request_quarantined: { status: 422, type: 'invalid_request_error', retryable: false },
  headers_too_large: { status: 431, type: 'invalid_request_error', retryable: false },
  rate_limit_exceeded: { status: 429, type: 'rate_limit_error', retryable: true },
  insufficient_quota: { status: 429, type: 'insufficient_quota', retryable: false },
  client_closed_request: { status: 499, type: 'request_cancelled', retryable: false },
  internal_error: { status: 500, type: 'server_error', retryable: false },
  engine_error: { status: 500, type: 'server_error', retryable: true },
  engine_disconnected: { status: 502, type: 'server_error', retryable: true },
  upstream_auth: { status: 502, type: 'server_error', retryable: false },
  upstream_tls: { status: 502, type: 'server_error', retryable: false },
  upstream_failed: { status: 502, type: 'server_error', retryable: true },
  engine_overloaded: { status: 503, type: 'server_error', retryable: true },
  engine_unreachable: { status: 503, type: 'server_error', retryable: true },
  no_engine_available: { status: 503, type: 'server_error', retryable: true },
  engine_connect_timeout: { status: 504, type: 'server_error', retryable: true },
  engine_first_token_timeout: { status: 504, type: 'server_error', retryable: true },
  engine_token_timeout: { status: 504, type: 'server_error', retryable: true },
  engine_total_timeout: { status: 504, type: 'server_error', retryable: true },
  model_loading: { status: 503, type: 'server_error', retryable: true },
  model_unavailable: { status: 503, type: 'server_error', retryable: false },
  storage_unavailable: { status: 503, type: 'server_error', retryable: true },
  shutting_down: { status: 503, type: 'server_error', retryable: true },
  model_file_missing: { status: 503, type: 'server_error', retryable: false },
  model_file_invalid: { status: 503, type: 'server_error', retryable: false },
  model_unsupported: { status: 503, type: 'server_error', retryable: false },
  context_too_large: { status: 503, type: 'server_error', retryable: false },
  insufficient_memory: { status: 503, type: 'server_error', retryable: false },
  native_library_unusable: { status: 503, type: 'server_error', retryable: false },
  upstream_timeout: { status: 504, type: 'server_error', retryable: true },
  weights_denied: { status: 403, type: 'permission_error', retryable: false },
  weights_not_found: { status: 404, type: 'invalid_request_error', retryable: false },
  weights_in_use: { status: 409, type: 'invalid_request_error', retryable: false },
  weights_invalid: { status: 502, type: 'server_error', retryable: false },
  download_failed: { status: 502, type: 'server_error', retryable: true },
  insufficient_storage: { status: 507, type: 'server_error', retryable: false },
  configuration_invalid: { status: 500, type: 'server_error', retryable: false },
} as const satisfies Record<string, ErrorKind>;

interface ErrorKind {
  readonly status: number;
  readonly type: string;
  readonly retryable: boolean;
}

export type ErrorCode = keyof typeof errorTable;

interface ManifoldErrorOptions {
  /** The request field at fault, as a path a client can read: `messages[3].role`. */
  readonly param?: string | undefined;
  /** Whole seconds after which a retry makes sense; sent as `Retry-After`. */
  readonly retryAfterSeconds?: number | undefined;
  /** Of a model that is gone; sent as `Sunset` (RFC 8594), and as a `Link` to what came after it. */
  readonly retirement?: Retirement | undefined;
  readonly cause?: unknown;
}

interface Retirement {
  /** A day: `2026-07-27`. */
  readonly on?: string | undefined;
  /** A model's id. */
  readonly successor?: string | undefined;
}

/** The only error whose message reaches a client: a code of the table and a sentence naming the fix. */
export class ManifoldError extends Error {
  override readonly name = 'ManifoldError';
  readonly code: ErrorCode;
  readonly param: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly retirement: Retirement | undefined;

  constructor(code: ErrorCode, message: string, options: ManifoldErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.param = options.param;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.retirement = options.retirement;
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get type(): string {
    return errorTable[this.code].type;
  }

  get isRetryable(): boolean {
    return errorTable[this.code].retryable;
  }
}

/** `invalid_value` of one field: its name, then `problem`, which says what is wrong with it and what to do. */
export function invalidValue(param: string, problem: string, cause?: unknown): ManifoldError {
  return new ManifoldError('invalid_value', `\`${param}\`: ${problem}`, { param, cause });
}

/** Narrows text from the wire to a code of the table. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorTable, value);
}

/** Any failure as a ManifoldError. What was not thrown on purpose becomes `internal_error`, its message hidden. */
export function toManifoldError(failure: unknown): ManifoldError {
  if (failure instanceof ManifoldError) return failure;
  return new ManifoldError(
    'internal_error',
    'The server failed unexpectedly; the log has the cause under this request id.',
    {
      cause: failure,
    },
  );
}
