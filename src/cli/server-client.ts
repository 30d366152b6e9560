import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { ChatCompletionRequestInput } from '../api/chat-completion-request.ts';
import { type Model, model as modelSchema, modelList } from '../api/model.ts';
import { type ErrorCode, isErrorCode, ManifoldError } from '../errors.ts';
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
  /** The answer, piece by piece. Throws ManifoldError, also when the stream breaks off. */
  chat(request: ChatCompletionRequestInput, signal: AbortSignal): AsyncIterable<AnswerPiece>;
}

export function createServerClient(url: string, key: string | undefined): ServerClient {
  const base = url.replace(/\/+$/, '').replace(/\/v1$/, '');
  const headers = {
    'content-type': 'application/json',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  };

  const call = async (path: string, init: Omit<RequestInit, 'headers'> = {}): Promise<Response> => {
    const response = await fetch(base + path, { ...init, headers }).catch((cause: unknown) => {
      if (init.signal?.aborted) throw cause;
      throw new ManifoldError('engine_disconnected', `No server answers at ${base} (${reasonOf(cause)}).`, { cause });
    });
    if (!response.ok) throw await refusal(response, base);
    return response;
  };

  return {
    url: base,
    async isAlive() {
      const signal = AbortSignal.timeout(1500);
      return fetch(`${base}/v1/health/live`, { signal }).then(
        async (response) => {
          await response.body?.cancel();
          return response.ok;
        },
        () => false,
      );
    },
    async models(catalogue = 'served') {
      const body: unknown = await (await call(`/v1/models?catalogue=${catalogue}`)).json();
      const list = modelList.safeParse(body);
      if (!list.success) throw strange(base);
      return list.data.data;
    },
    async model(name) {
      const body: unknown = await (await call(`/v1/models/${encodeURIComponent(name)}?catalogue=all`)).json();
      const parsed = modelSchema.safeParse(body);
      if (!parsed.success) throw strange(base);
      return parsed.data;
    },
    async *chat(request, signal) {
      const body = JSON.stringify({ ...request, stream: true });
      const init = { method: 'POST', body, signal };
      const response = await call('/v1/chat/completions', init);
      let isDone = false;
      if (response.body === null) throw brokeOff();
      for await (const data of parseEventStream(response.body)) {
        if (data === '[DONE]') isDone = true;
        else yield pieceOf(data);
      }
      if (!isDone) throw brokeOff();
    },
  };
}

function strange(base: string): ManifoldError {
  return new ManifoldError('engine_error', `${base} describes its models in a form that is not this Manifold's.`);
}

function brokeOff(): ManifoldError {
  return new ManifoldError('engine_disconnected', 'The answer broke off before its end.');
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
  return new ManifoldError('invalid_api_key', `${said} Give the key with --key or MANIFOLD_API_KEY.`);
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
