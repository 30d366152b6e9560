import { ApiError, errorOf, explainedError } from './api-error.ts';
import { serverEvents } from './server-events.ts';
import type { WireChunk, WireModel, WireModelList, WireRequest } from './wire.ts';

export interface ApiClient {
  models(signal?: AbortSignal): Promise<readonly WireModel[]>;
  /** The chunks of one answer. Ends normally only when the server said that the answer is complete. */
  chat(request: WireRequest, signal: AbortSignal): AsyncGenerator<WireChunk>;
}

/** The API of the server that delivered this page. `key` is asked for at every request. */
export function createApiClient(key: () => string): ApiClient {
  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers({ accept: 'application/json' });
    if (init.body !== undefined) headers.set('content-type', 'application/json');
    if (key() !== '') authorize(headers, key());
    const response = await fetch(path, { ...init, headers, cache: 'no-store', credentials: 'omit' }).catch(unreachable);
    if (!response.ok) throw await errorOf(response);
    return response;
  };

  return {
    async models(signal) {
      const response = await call('/v1/models', signal && { signal });
      const list = (await response.json()) as WireModelList;
      return list.data;
    },

    async *chat(request, signal) {
      const response = await call('/v1/chat/completions', { method: 'POST', body: JSON.stringify(request), signal });
      if (response.body === null) throw new ApiError('The server sent an empty answer.', { status: response.status });
      const fail = (message: string, code: string | null = null) =>
        new ApiError(message, { status: response.status, code, response });
      try {
        for await (const data of serverEvents(response.body)) {
          if (data === '[DONE]') return;
          const failure = explainedError(data);
          if (failure !== undefined) throw fail(failure.message, failure.code);
          yield JSON.parse(data) as WireChunk;
        }
      } catch (failure) {
        if (failure instanceof ApiError || signal.aborted) throw failure;
        throw fail('The connection broke before the answer was complete.');
      }
      throw fail('The connection ended before the answer was complete.');
    },
  };
}

/** What was pasted may have an ellipsis or the like in it, which no header holds. */
function authorize(headers: Headers, key: string): void {
  try {
    headers.set('authorization', `Bearer ${key}`);
  } catch {
    throw new ApiError('This is no key: it has a character that no key has.', { status: 401 });
  }
}

function unreachable(failure: unknown): never {
  if (failure instanceof DOMException && failure.name === 'AbortError') throw failure;
  throw new ApiError('The server cannot be reached. Is it still running?', { status: 0 });
}
