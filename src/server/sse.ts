import type { FastifyReply } from 'fastify';
import { toManifoldError } from '../errors.ts';
import { createEventWriter, type StreamPace } from './event-writer.ts';
import { errorEvent } from './error-response.ts';

/**
 * Answers with one JSON event per item at the client's pace, then `[DONE]`, and with the headers that the reply has. A
 * failure of the source becomes an error event and the stream closes without `[DONE]`; the exchange learns its code.
 * Resolves when everything is handed over or the client is gone; leaving the source (by `return`) is guaranteed in both
 * cases. Never throws.
 */
export async function sendEventStream(
  reply: FastifyReply,
  items: AsyncIterable<object>,
  pace: StreamPace,
): Promise<FastifyReply> {
  reply.hijack();
  const response = reply.raw;
  const headers: Readonly<Record<string, number | string | string[] | undefined>> = reply.getHeaders();
  response.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  });
  // With the first event, where that is there at once.
  const opening = setImmediate(() => response.flushHeaders());
  const writer = createEventWriter(response, pace);
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
    const error = toManifoldError(failure);
    reply.request.exchange.measurement.errorCode = error.code;
    writer.end(errorEvent(error));
  }
  return reply;
}
