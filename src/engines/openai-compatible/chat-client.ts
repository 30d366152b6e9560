import { chatCompletionChunk, type ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import type { EngineRequest } from '../../api/internal/engine-request.ts';
import { ManifoldError } from '../../errors.ts';
import { isObject } from '../../lib/is-object.ts';
import type { Caller } from '../engine.ts';
import { streamEvents, type Upstream } from './event-stream-request.ts';
import { upstreamError } from './upstream-error.ts';

/**
 * Streams a chat completion from an engine host, as `streamEvents` does. What the host names as emulated, and how long it
 * found the prompt, is told before the stream is handed out.
 */
export function streamChat(
  upstream: Upstream,
  request: EngineRequest,
  signal: AbortSignal,
  caller?: Pick<Caller, 'onEmulated' | 'onPromptTokens'>,
): Promise<AsyncIterable<ChatCompletionChunk>> {
  const body = { ...request, stream: true, stream_options: { include_usage: true } };
  return streamEvents(upstream, body, { read: readChunk, signal, caller });
}

function readChunk(value: unknown, data: string): ChatCompletionChunk {
  if (isObject(value) && 'error' in value) throw upstreamError(500, data);
  // Full validation costs more than the chunk; the shape that later steps rely on is enough.
  if (!isObject(value) || !Array.isArray(value['choices'])) {
    throw new ManifoldError('engine_error', 'The engine sent an event that is no chat completion chunk.', {
      cause: chatCompletionChunk.safeParse(value).error,
    });
  }
  return value as ChatCompletionChunk;
}
