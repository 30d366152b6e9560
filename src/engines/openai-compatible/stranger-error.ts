import { ManifoldError, type ErrorCode } from '../../errors.ts';
import { secondsOf } from './retry-after.ts';
import { StrangerFailure } from './stranger-failure.ts';

/** The body of a request, with fields that were not sent as undefined where the server may want them. */
type Asked = Readonly<Record<string, unknown>>;

interface Reading {
  readonly code: ErrorCode;
  readonly message: string;
  readonly param?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

const noSuchTask: Reading = {
  code: 'unsupported_task',
  message: 'The engine of this model does nothing of this kind. Name a model that does; GET /v1/models lists them.',
  param: 'model',
};

/**
 * What a text has to say for a reading to apply, before its status is looked at. Servers repeat requests in their
 * refusals: no client may write its engine's trouble there.
 */
const tellingTexts: readonly (readonly [RegExp, Reading, leastStatus?: number])[] = [
  [
    /context[_ ]length|maximum (model |context )?length|max_model_len|exceeds? the (available )?context|prompt is too long|too many tokens|input is too long/i,
    {
      code: 'context_length_exceeded',
      message:
        "The prompt and `max_tokens` are longer than the model's context. Shorten the messages, or ask for fewer tokens.",
      param: 'messages',
    },
  ],
  [
    /resource_?exhausted|worker local total request limit|all workers are busy|temporarily overloaded/i,
    { code: 'engine_overloaded', message: 'The engine is overloaded; try again shortly.', retryAfterSeconds: 2 },
    429,
  ],
  [
    /tool choice requires|enable-auto-tool-choice|tool-call-parser|tools param requires --jinja/i,
    {
      code: 'unsupported_parameter',
      message:
        'The engine of this model was started without a parser of tool calls, so it takes no `tools`. Whoever runs it has to name one.',
      param: 'tools',
    },
  ],
  [
    // Several call it their own failure (500).
    /image input is not supported|missing data required for image input|is not a multimodal model|does not support (image|vision)/i,
    {
      code: 'unsupported_content',
      message: 'The model of this engine reads text only. Send text parts, or ask a model that sees.',
      param: 'messages',
    },
  ],
  // vLLM, of a model that is of another kind.
  [/model does not support (chat completions|completions|embeddings) api/i, noSuchTask],
  [
    /failed to load image/i,
    {
      code: 'invalid_image',
      message:
        'The engine of this model cannot read one of the images: it does not know the format, or the data is broken. Send PNG or JPEG.',
      param: 'messages',
    },
  ],
  [
    /single tool-calls? at once/i,
    {
      code: 'unsupported_parameter',
      message: 'This model makes one call at a time. Send `parallel_tool_calls: false`, or one call a message.',
      param: 'parallel_tool_calls',
    },
  ],
  [
    /(^|"detail":\s*")[^"{]*degraded function/i,
    {
      code: 'model_unavailable',
      message: 'The service that hosts this model says that it is degraded.',
      param: 'model',
    },
  ],
];

const busy = 'The engine is overloaded; try again shortly.';
/** Of whatever stands at the address, which no request of a client changes. */
const elsewhere: Reading = {
  code: 'upstream_failed',
  message:
    'What answers in place of the engine takes no requests of this kind. Whoever runs this server has to mend its address.',
};

/** What a status means, whoever sends it. Keys and accounts there are ours: a client can do nothing about them. */
const statuses: Readonly<Record<number, Reading>> = {
  401: { code: 'upstream_auth', message: 'The engine of this model refuses the key it is configured with.' },
  402: { code: 'upstream_auth', message: 'The account behind the engine of this model has nothing left to spend.' },
  403: { code: 'upstream_auth', message: 'The engine of this model does not allow its configured key to use it.' },
  404: {
    code: 'model_unavailable',
    message: 'The engine does not have this model, or not for its configured key. GET /v1/models lists others.',
    param: 'model',
  },
  405: elsewhere,
  407: elsewhere,
  408: { code: 'upstream_timeout', message: 'The engine did not answer in time; try again.' },
  410: {
    code: 'model_retired',
    message: 'This model was taken out of service. GET /v1/models lists others.',
    param: 'model',
  },
  411: elsewhere,
  413: { code: 'request_too_large', message: 'The request is too large for the engine of this model. Send less.' },
  421: elsewhere,
  426: elsewhere,
  429: {
    code: 'rate_limit_exceeded',
    message: 'The engine of this model takes no more requests for now; try again later.',
    retryAfterSeconds: 5,
  },
  501: noSuchTask,
  503: { code: 'engine_overloaded', message: busy, retryAfterSeconds: 2 },
  504: { code: 'upstream_timeout', message: 'The engine did not answer in time; try again.' },
  524: { code: 'upstream_timeout', message: 'The engine did not answer in time; try again.' },
  529: { code: 'engine_overloaded', message: busy, retryAfterSeconds: 2 },
};

/**
 * The failure that a server of others reported, as one of ours. Its bodies are of many kinds (OpenAI's, problem
 * documents, `{detail}`, plain text, HTML), and none of their words reaches a client: they choose a code and a
 * sentence of ours, and the field at fault where they name one of `asked`.
 */
export function strangerError(
  status: number,
  body: string,
  { retryAfter, asked }: { readonly retryAfter?: string | undefined; readonly asked?: Asked } = {},
): ManifoldError {
  const cause = new StrangerFailure(status, body);
  const reading = read(cause, body.slice(0, 4096), asked);
  const { code, message, param } = reading;
  const retryAfterSeconds = reading.retryAfterSeconds && (secondsOf(retryAfter) ?? reading.retryAfterSeconds);
  return new ManifoldError(code, message, { param, retryAfterSeconds, cause });
}

function read(failure: StrangerFailure, body: string, asked: Asked | undefined): Reading {
  const { status } = failure;
  // Too many tokens for a minute are not too many for the model.
  const mayTell = (least: number | undefined) => (least === undefined ? status !== 429 : status >= least);
  const telling = tellingTexts.find(([pattern, , least]) => mayTell(least) && pattern.test(body))?.[1];
  if (telling !== undefined) return telling;
  const known = statuses[status];
  if (known !== undefined) return known;
  if (status >= 400 && status < 500) return refusal(body, paramOf(failure), asked);
  if (status >= 300 && status < 400)
    return { code: 'upstream_failed', message: 'The engine sends requests elsewhere, which Manifold does not follow.' };
  return { code: 'upstream_failed', message: 'The engine failed while answering; try again.' };
}

/** A client's fault, as far as it can be told whose. */
function refusal(body: string, told: string | undefined, asked: Asked | undefined): Reading {
  const named = told ?? Object.keys(asked ?? {}).find((field) => isNamed(field, body));
  if (named === undefined) return { code: 'bad_request', message: 'The engine of this model refused the request.' };
  if (asked !== undefined && asked[named] === undefined && /required|missing/i.test(body)) {
    const message = `The engine of this model needs \`${named}\`. Add it.`;
    return { code: 'missing_required_parameter', message, param: named };
  }
  const isUnknown = /not (supported|permitted|allowed)|unsupported|unknown|unrecogni[sz]ed|extra (fields|inputs)/i.test(
    body,
  );
  return isUnknown
    ? {
        code: 'unsupported_parameter',
        message: `The engine of this model does not take \`${named}\`. Leave it out.`,
        param: named,
      }
    : {
        code: 'invalid_value',
        message: `The engine of this model refused \`${named}\`. Send another value, or leave it out.`,
        param: named,
      };
}

/** Whether a text speaks of a field: of `model` they speak whatever is wrong, and the name of it is not the client's. */
function isNamed(field: string, text: string): boolean {
  // `n` is no line end.
  return field !== 'model' && new RegExp(String.raw`(?<!\\)\b${field}\b`).test(text);
}

/** The field that a body names as OpenAI's do. Another Manifold names its own codes, which are told apart elsewhere. */
function paramOf(failure: StrangerFailure): string | undefined {
  const { param } = failure.error();
  return typeof param === 'string' && /^[\w.[\]-]{1,100}$/.test(param) ? param : undefined;
}
