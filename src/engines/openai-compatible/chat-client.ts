import { chatCompletionChunk, type ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import type { EngineRequest } from '../../api/internal/engine-request.ts';
import { emulatedHeader, promptTokensHeader } from '../../api/internal/engine-host.ts';
import { ManifoldError } from '../../errors.ts';
import { isObject } from '../../lib/is-object.ts';
import type { Caller } from '../engine.ts';
import { readEvents } from './answer-events.ts';
import { emulatedNames } from './emulated-names.ts';
import { connectionError, endOfStream, openEventStream, type Upstream } from './event-stream-request.ts';
import { upstreamError } from './upstream-error.ts';

/**
 * Streams a chat completion from an endpoint that speaks the contract. Resolves when the endpoint accepted
 * the request. The stream throws `engine_disconnected` when it ends without `[DONE]`: a truncated answer is
 * never dressed as a whole one. Leaving the iteration, or the signal, closes the connection. What the endpoint names
 * as emulated, and how long it found the prompt, is told before the stream is handed out.
 */
export async function streamChat(
  upstream: Upstream,
  request: EngineRequest,
  signal: AbortSignal,
  caller: Pick<Caller, 'onEmulated' | 'onPromptTokens'> = {},
): Promise<AsyncIterable<ChatCompletionChunk>> {
  const body = { ...request, stream: true, stream_options: { include_usage: true } };
  const response = await openEventStream(upstream, body, signal);
  const emulated = emulatedNames(response.headers[emulatedHeader]);
  if (emulated.length > 0) caller.onEmulated?.(emulated);
  const promptTokens = String(response.headers[promptTokensHeader] ?? '');
  if (/^\d{1,9}$/.test(promptTokens)) caller.onPromptTokens?.(Number(promptTokens));
  return readEvents(response.body, {
    read: readChunk,
    end: endOfStream,
    lost(cause) {
      throw connectionError(cause, signal);
    },
  });
}

function readChunk(data: string): ChatCompletionChunk {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (cause) {
    throw new ManifoldError('engine_error', 'The engine sent an event that is not JSON.', { cause });
  }
  if (isObject(value) && 'error' in value) throw upstreamError(500, data);
  // Full validation costs more than the chunk; the shape that later steps rely on is enough.
  if (!isObject(value) || !Array.isArray(value['choices'])) {
    throw new ManifoldError('engine_error', 'The engine sent an event that is no chat completion chunk.', {
      cause: chatCompletionChunk.safeParse(value).error,
    });
  }
  return value as ChatCompletionChunk;
}
