import type { EmbeddingRequest } from '../../api/embeddings.ts';
import { embeddingEvent, type EmbeddingEvent } from '../../api/internal/embedding-event.ts';
import { ManifoldError } from '../../errors.ts';
import { isObject } from '../../lib/is-object.ts';
import type { Caller } from '../engine.ts';
import { streamEvents, type Upstream } from './event-stream-request.ts';
import { upstreamError } from './upstream-error.ts';

/** Streams embeddings from an engine host, as `streamEvents` does. */
export function streamEmbeddings(
  upstream: Upstream,
  request: EmbeddingRequest,
  signal: AbortSignal,
  caller?: Pick<Caller, 'onEmulated'>,
): Promise<AsyncIterable<EmbeddingEvent>> {
  return streamEvents(upstream, request, { read: readEvent, signal, caller });
}

function readEvent(value: unknown, data: string): EmbeddingEvent {
  const event = embeddingEvent.safeParse(value);
  if (event.success) return event.data;
  if (isObject(value) && 'error' in value) throw upstreamError(500, data);
  throw new ManifoldError('engine_error', 'The engine sent an event that is no embedding.', { cause: event.error });
}
