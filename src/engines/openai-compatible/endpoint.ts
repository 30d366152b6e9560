import { createHash } from 'node:crypto';
import Pool from 'undici/lib/dispatcher/pool.js';
import { ManifoldError } from '../../errors.ts';
import type { Caller } from '../engine.ts';
import { jsonBytes } from './json-bytes.ts';
import { readErrorText } from './read-error-text.ts';
import { readText } from './read-text.ts';
import { sendRequest, type Answer } from './send-request.ts';
import { strangerError } from './stranger-error.ts';
import { ownError } from './upstream-error.ts';
import type { Quirks } from '../quirks/quirks.ts';
import { connectionFailure } from './connection-failure.ts';
import { pathAt } from './path-at.ts';
import type { UpstreamSettings } from '../../api/internal/upstream-settings.ts';

/** Bytes of a list of models, or of figures. */
const mostBytes = 16 << 20;

/** What a connection needs to know. */
interface ConnectionSettings extends Pick<
  UpstreamSettings,
  'apiPath' | 'key' | 'ca' | 'selfRouting' | 'objective' | 'connectTimeoutMs' | 'firstByteTimeoutMs' | 'idleTimeoutMs'
> {
  /** Reached over this socket, whatever host its address names. */
  readonly socketPath?: string | undefined;
}

/** One address at which a server answers. */
export interface Endpoint {
  readonly url: string;
  /** Resolves with an answer of status 200, else throws what the failure means. */
  post(path: string, body: object, signal: AbortSignal, caller?: Caller): Promise<Answer>;
  get(path: string, signal: AbortSignal): Promise<{ readonly status: number; readonly text: string }>;
  /** Answers that were asked for and have not ended: servers count each of a request's. */
  open(): number;
  /** The error that a server reports, in a status or inside an answer. */
  explain(status: number, body: string): ManifoldError;
  /** Lets what runs end, and takes nothing more. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connections to one address. A connection carries one request at a time, is never used again after an answer that
 * did not end well, and follows nothing elsewhere. Nothing of the client's own request travels but what was parsed.
 */
export function createEndpoint(url: string, settings: ConnectionSettings, quirks: Quirks): Endpoint {
  const at = pathAt(url, settings.apiPath);
  const pool = new Pool(new URL(url).origin, {
    connections: null,
    // 0: each request has a connection of its own.
    pipelining: quirks.closesConnections === true ? 0 : 1,
    ...(settings.socketPath !== undefined && { socketPath: settings.socketPath }),
    connect: { timeout: settings.connectTimeoutMs, ...(settings.ca !== undefined && { ca: settings.ca }) },
    headersTimeout: settings.firstByteTimeoutMs,
    bodyTimeout: settings.idleTimeoutMs,
    // Shorter than that of most servers, which close idle connections after five seconds, be it under the next request.
    keepAliveTimeout: 4000,
    allowH2: false,
  });
  const own: Record<string, string> = {
    'accept-encoding': 'identity',
    ...(settings.key !== undefined && { authorization: `Bearer ${settings.key}` }),
  };

  const explain = (status: number, body: string, more: Parameters<typeof strangerError>[2] = {}): ManifoldError => {
    // What stands before another Manifold tells its failures as any stranger does.
    const failure = quirks.kind === 'manifold' && !isOfItsKey(status) ? ownError(body, more.retryAfter) : undefined;
    if (failure === undefined) return strangerError(status, body, more);
    // Inside an answer the code alone tells.
    return isOfItsKey(failure.status) ? strangerError(failure.status, body, more) : failure;
  };

  let open = 0;

  return {
    url,
    open: () => open,
    explain: (status, body) => explain(status, body),
    async post(path, body, signal, caller) {
      let answer: Answer;
      const choices = 'n' in body && typeof body.n === 'number' ? body.n : 1;
      const ended = () => void (open -= choices);
      open += choices;
      try {
        answer = await sendRequest(
          pool,
          {
            method: 'POST',
            path: at(path),
            headers: { 'content-type': 'application/json', ...own, ...callerHeaders(caller, settings) },
            body: jsonBytes(body),
          },
          signal,
        );
      } catch (cause) {
        ended();
        throw connectionFailure(cause, signal);
      }
      answer.body.whenOver(ended);
      if (answer.status !== 200) {
        const text = await readErrorText(answer.body);
        const retryAfter = [answer.headers['retry-after']].flat()[0];
        const status = isNoSuchRoute(path, answer.status, text) ? 501 : answer.status;
        throw explain(status, text, { retryAfter, asked: { ...body } });
      }
      const encoding = String(answer.headers['content-encoding'] ?? 'identity').toLowerCase();
      if (encoding !== 'identity') {
        answer.body.leave();
        throw new ManifoldError('upstream_failed', 'The engine compressed its answer, which it was asked not to do.');
      }
      return answer;
    },
    async get(path, signal) {
      const answer = await sendRequest(pool, { method: 'GET', path: at(path), headers: own }, signal);
      return { status: answer.status, text: await readText(answer.body, mostBytes) };
    },
    drain: () => pool.close(),
    close: () => pool.destroy(),
  };
}

/** FastAPI's words for a route that the engine behind it has nothing for; that chats have none is another matter. */
const noSuchRoute = /^\s*\{"detail":\s*"(Not Found|Method Not Allowed)"\}\s*$/;

function isNoSuchRoute(path: string, status: number, text: string): boolean {
  return (status === 404 || status === 405) && path !== '/v1/chat/completions' && noSuchRoute.test(text);
}

/** Whether a status of another Manifold speaks of the key that it was asked with, which is not the client's. */
function isOfItsKey(status: number): boolean {
  return status === 401 || status === 403 || status === 404 || status === 429;
}

function callerHeaders(
  caller: Caller | undefined,
  { selfRouting, objective }: ConnectionSettings,
): Record<string, string> {
  const { trace, cacheSalt = '' } = caller ?? {};
  return {
    ...(trace && { 'x-request-id': trace.requestId }),
    ...(trace?.traceparent !== undefined && { traceparent: trace.traceparent }),
    // A fleet shares itself out between keys, and has to believe who says which key it is.
    ...(selfRouting && cacheSalt !== '' && { 'x-llm-d-inference-fairness-id': fairnessId(cacheSalt) }),
    ...(selfRouting && objective !== undefined && { 'x-llm-d-inference-objective': objective }),
  };
}

/** Names a key without being it. */
function fairnessId(keyId: string): string {
  return createHash('sha256').update(keyId).digest('base64url').slice(0, 22);
}
