import type { Dispatcher } from 'undici';
import { chatCompletionChunk, type ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import type { EngineRequest } from '../../api/internal/engine-request.ts';
import { emulatedHeader } from '../../api/internal/engine-host.ts';
import { ManifoldError } from '../../errors.ts';
import { parseEventStream } from '../../lib/sse-parser.ts';
import type { Caller } from '../engine.ts';
import { emulatedNames } from './emulated-names.ts';
import { upstreamError } from './upstream-error.ts';

/** Bytes of an error body worth reading. */
const maxErrorBytes = 64 << 10;

/** Where and how an endpoint is reached. */
interface Upstream {
  readonly dispatcher: Dispatcher;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Streams a chat completion from an endpoint that speaks the contract. Resolves when the endpoint accepted
 * the request. The stream throws `engine_disconnected` when it ends without `[DONE]`: a truncated answer is
 * never dressed as a whole one. Leaving the iteration, or the signal, closes the connection. What the endpoint names
 * as emulated is told before the stream is handed out.
 */
export async function streamChat(
  upstream: Upstream,
  request: EngineRequest,
  signal: AbortSignal,
  onEmulated?: Caller['onEmulated'],
): Promise<AsyncIterable<ChatCompletionChunk>> {
  const response = await send(upstream, request, signal);
  if (response.statusCode !== 200) throw upstreamError(response.statusCode, await readText(response.body));
  const emulated = emulatedNames(response.headers[emulatedHeader]);
  if (emulated.length > 0) onEmulated?.(emulated);
  return chunksOf(response.body, signal);
}

async function send(upstream: Upstream, request: EngineRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  try {
    return await upstream.dispatcher.request({
      method: 'POST',
      path: upstream.path,
      origin: 'http://engine',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...upstream.headers },
      body: JSON.stringify({ ...request, stream: true, stream_options: { include_usage: true } }),
      signal,
    });
  } catch (cause) {
    throw connectionError(cause, signal);
  }
}

async function* chunksOf(
  body: Dispatcher.ResponseData['body'],
  signal: AbortSignal,
): AsyncGenerator<ChatCompletionChunk> {
  try {
    for await (const data of parseEventStream(body)) {
      if (data === '[DONE]') return;
      yield readChunk(data);
    }
  } catch (cause) {
    throw cause instanceof ManifoldError ? cause : connectionError(cause, signal);
  } finally {
    // A socket whose answer was left half-read must not carry another one.
    body.on('error', () => undefined).destroy();
  }
  throw new ManifoldError('engine_disconnected', 'The engine ended the stream before the answer was complete.');
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

async function readText(body: Dispatcher.ResponseData['body']): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    parts.push(part);
    bytes += part.length;
    if (bytes > maxErrorBytes) break;
  }
  return Buffer.concat(parts).toString('utf8');
}

function connectionError(cause: unknown, signal: AbortSignal): ManifoldError {
  return signal.aborted
    ? new ManifoldError('client_closed_request', 'The request was cancelled.', { cause })
    : new ManifoldError('engine_disconnected', 'The connection to the engine was lost.', { cause });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
