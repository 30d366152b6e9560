import type { ServerResponse } from 'node:http';
import type { ManifoldError } from '../errors.ts';
import { createEventWriter } from './event-writer.ts';
import { errorEvent } from './error-response.ts';
import { fromFrameworkError } from './framework-error.ts';

interface StreamOptions {
  readonly headers: Readonly<Record<string, number | string | string[] | undefined>>;
  /** Silence after which a comment is sent. */
  readonly keepAliveMs: number;
  /** How long a client may take nothing before it is cut off. */
  readonly stalledAfterMs: number;
  /** Told what ended the stream early. */
  readonly onFailure: (error: ManifoldError) => void;
}

/**
 * Sends one JSON event per item at the client's pace, then `[DONE]`. A failure of the source becomes an error
 * event and the stream closes without `[DONE]`. Resolves when everything is handed over or the client is gone;
 * leaving the source (by `return`) is guaranteed in both cases. Never throws.
 */
export async function sendEventStream(
  response: ServerResponse,
  items: AsyncIterable<object>,
  options: StreamOptions,
): Promise<void> {
  response.writeHead(200, {
    ...options.headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  });
  // With the first event, where that is there at once.
  const opening = setImmediate(() => response.flushHeaders());
  const writer = createEventWriter(response, options);
  try {
    for await (const item of items) {
      clearImmediate(opening);
      writer.write(`data: ${JSON.stringify(item)}\n\n`);
      if (writer.isFull) await writer.drained();
    }
    clearImmediate(opening);
    writer.end('data: [DONE]\n\n');
  } catch (failure) {
    clearImmediate(opening);
    const error = fromFrameworkError(failure);
    options.onFailure(error);
    writer.end(errorEvent(error));
  }
}
