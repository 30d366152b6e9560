import type { z } from 'zod';
import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { ChatCompletionRequestInput } from '../api/chat-completion-request.ts';
import { type LocalModel, localModel, localModelList } from '../api/local-models.ts';
import { type Model, model as modelSchema, modelList } from '../api/model.ts';
import { type ErrorCode, isErrorCode, ManifoldError } from '../errors.ts';
import { isCertificateProblem } from '../lib/certificate-problem.ts';
import { parseEventStream } from '../lib/sse-parser.ts';

/** What one event of a stream adds to an answer. Either may be empty. */
export interface AnswerPiece {
  readonly reasoning: string;
  readonly text: string;
}

/** The few calls that the command line makes to a running server. */
export interface ServerClient {
  readonly url: string;
  /** Whether a Manifold answers there. */
  isAlive(): Promise<boolean>;
  /** Those that it serves; with `all` those that it knows of, too. */
  models(catalogue?: 'served' | 'all'): Promise<Model[]>;
  /** What it knows of one, by any of its names, whether it is served or not. */
  model(name: string): Promise<Model>;
  /** The models of the machine it runs on. */
  localModels(): Promise<LocalModel[]>;
  /** Loads a local model; resolves when it is ready. `keepAlive` as in a configuration. */
  load(model: string, keepAlive: string | undefined): Promise<LocalModel>;
  /** Unloads a local model; resolves when its memory is free. */
  unload(model: string): Promise<LocalModel>;
  /** The answer, piece by piece. Throws ManifoldError, also when the stream breaks off. */
  chat(request: ChatCompletionRequestInput, signal: AbortSignal): AsyncIterable<AnswerPiece>;
}

/** Throws where `url` is no address of a server. */
export function createServerClient(url: string, key: string | undefined): ServerClient {
  const base = addressIn(url).replace(/\/+$/, '').replace(/\/v1$/, '');

  const call = async (path: string, init: Call = {}, send: Send = fetch): Promise<Response> => {
    const headers = headersWith(key);
    const response = await send(base + path, { ...init, headers }).catch((cause: unknown) => {
      if (init.signal?.aborted) throw cause;
      throw noAnswer(base, cause);
    });
    if (!response.ok) throw await refusal(response, base);
    return response;
  };

  const read = async <T>(schema: z.ZodType<T>, path: string, ...how: [Call?, Send?]): Promise<T> => {
    const response = await call(path, ...how);
    const body = schema.safeParse(await response.json().catch(() => undefined));
    if (body.success) return body.data;
    throw new ManifoldError('engine_error', `${base} answers in a form that is not this Manifold's.`);
  };

  const post = async (path: string, body: object): Promise<LocalModel> =>
    read(localModel, path, { method: 'POST', body: JSON.stringify(body) }, await patientSend());

  return {
    url: base,
    async isAlive() {
      const signal = AbortSignal.timeout(1500);
      return fetch(`${base}/v1/health/live`, { signal }).then(
        async (response) => {
          await response.body?.cancel();
          return response.ok;
        },
        // A server whose certificate is not trusted is there; what is asked of it next tells what would help.
        (cause: unknown) => isCertificateProblem(reasonOf(cause)),
      );
    },
    models: async (catalogue = 'served') => (await read(modelList, `/v1/models?catalogue=${catalogue}`)).data,
    model: (name) => read(modelSchema, `/v1/models/${encodeURIComponent(name)}?catalogue=all`),
    localModels: async () => (await read(localModelList, '/v1/manifold/ps')).data,
    load: (model, keepAlive) =>
      post('/v1/manifold/load', { model, ...(keepAlive !== undefined && { keep_alive: keepAlive }) }),
    unload: (model) => post('/v1/manifold/unload', { model }),
    async *chat(request, signal) {
      const body = JSON.stringify({ ...request, stream: true });
      const init = { method: 'POST', body, signal } as const;
      const response = await call('/v1/chat/completions', init);
      let isDone = false;
      if (response.body === null) throw brokeOff();
      try {
        for await (const data of parseEventStream(response.body)) {
          if (data === '[DONE]') isDone = true;
          else yield pieceOf(data);
        }
      } catch (failure) {
        if (failure instanceof ManifoldError || signal.aborted) throw failure;
        throw brokeOff(failure);
      }
      if (!isDone) throw brokeOff();
    },
  };
}

/** What lacks its scheme would else be taken for a server that is down. */
function addressIn(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  const advice = 'write one such as http://127.0.0.1:8000 with --url or MANIFOLD_URL.';
  throw new ManifoldError('configuration_invalid', `"${url}" is no address of a server; ${advice}`);
}

interface Call {
  readonly method?: 'POST';
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** What is used of `fetch`. */
type Send = (url: string, init: Call & { readonly headers: Headers }) => Promise<Response>;

/** Node's own `fetch` gives up after five minutes: less than a large model may take to load, or its last answers to end. */
async function patientSend(): Promise<Send> {
  const { Agent, fetch: send } = await import('undici');
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  return (url, { headers, ...init }) => send(url, { ...init, headers: [...headers], dispatcher });
}

function headersWith(key: string | undefined): Headers {
  const headers = new Headers({ 'content-type': 'application/json' });
  try {
    if (key !== undefined) headers.set('authorization', `Bearer ${key}`);
  } catch (cause) {
    const problem = 'The API key has a character that no key has, such as an ellipsis or a line break.';
    throw new ManifoldError('invalid_api_key', `${problem} ${howToGiveKey}`, { cause });
  }
  return headers;
}

const howToGiveKey = 'Give the key with --key or MANIFOLD_API_KEY.';

function noAnswer(base: string, cause: unknown): ManifoldError {
  const reason = reasonOf(cause);
  if (!isCertificateProblem(reason))
    return new ManifoldError('engine_disconnected', `No server answers at ${base} (${reason}).`, { cause });
  const advice = 'Name its authority in NODE_EXTRA_CA_CERTS, and with --url the server as the certificate does.';
  return new ManifoldError('upstream_tls', `The certificate of ${base} is not trusted here (${reason}). ${advice}`, {
    cause,
  });
}

function brokeOff(cause?: unknown): ManifoldError {
  return new ManifoldError('engine_disconnected', 'The answer broke off before its end.', { cause });
}

type StreamEvent = Partial<ChatCompletionChunk> & { error?: { message?: string; code?: unknown } };

function pieceOf(data: string): AnswerPiece {
  const event = JSON.parse(data) as StreamEvent;
  if (event.error) throw new ManifoldError(codeOf(event.error.code), event.error.message ?? 'The server failed.');
  const { content, reasoning_content: reasoning } = event.choices?.[0]?.delta ?? {};
  return { reasoning: reasoning ?? '', text: content ?? '' };
}

async function refusal(response: Response, base: string): Promise<ManifoldError> {
  const body = (await response.json().catch(() => ({}))) as StreamEvent;
  const said = body.error?.message ?? `${base} answered ${response.status}.`;
  if (response.status !== 401) return new ManifoldError(codeOf(body.error?.code), said);
  return new ManifoldError('invalid_api_key', `${said} ${howToGiveKey}`);
}

function codeOf(code: unknown): ErrorCode {
  return isErrorCode(code) ? code : 'engine_error';
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error ? (cause.cause ?? cause) : cause;
  if (typeof inner === 'object' && inner !== null && 'code' in inner && typeof inner.code === 'string')
    return inner.code;
  return inner instanceof Error ? inner.message : String(inner);
}
