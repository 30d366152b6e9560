import type { EmbeddingRequest } from '../../api/embeddings.ts';
import { embeddingEvent, type EmbeddingEvent } from '../../api/internal/embedding-event.ts';
import { emulatedHeader } from '../../api/internal/engine-host.ts';
import { ManifoldError } from '../../errors.ts';
import type { Caller } from '../engine.ts';
import { readEvents } from './answer-events.ts';
import { emulatedNames } from './emulated-names.ts';
import { connectionError, endOfStream, openEventStream, type Upstream } from './event-stream-request.ts';
import { upstreamError } from './upstream-error.ts';

/**
 * Streams embeddings from an engine host. Resolves when it accepted the request; the stream throws
 * `engine_disconnected` when it ends early. Leaving the iteration, or the signal, closes the connection.
 */
export async function streamEmbeddings(
  upstream: Upstream,
  request: EmbeddingRequest,
  signal: AbortSignal,
  onEmulated?: Caller['onEmulated'],
): Promise<AsyncIterable<EmbeddingEvent>> {
  const response = await openEventStream(upstream, request, signal);
  const emulated = emulatedNames(response.headers[emulatedHeader]);
  if (emulated.length > 0) onEmulated?.(emulated);
  return readEvents(response.body, {
    read: readEvent,
    end: endOfStream,
    lost(cause) {
      throw connectionError(cause, signal);
    },
  });
}

function readEvent(data: string): EmbeddingEvent {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (cause) {
    throw new ManifoldError('engine_error', 'The engine sent an event that is not JSON.', { cause });
  }
  const event = embeddingEvent.safeParse(value);
  if (event.success) return event.data;
  if (typeof value === 'object' && value !== null && 'error' in value) throw upstreamError(500, data);
  throw new ManifoldError('engine_error', 'The engine sent an event that is no embedding.', { cause: event.error });
}
