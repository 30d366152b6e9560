import type { ServerResponse } from 'node:http';
import { emulatedHeader, promptTokensHeader } from '../api/internal/engine-host.ts';
import { errorBody } from './error-body.ts';

const mostNames = 32;

interface Told {
  /** Fields that are honoured less strictly than they say. */
  readonly emulated: readonly string[];
  readonly promptTokens?: number;
}

/**
 * Answers with a stream of events, at the pace at which they are read. A failure travels as an event: the 200 is sent by
 * then.
 */
export async function sendEvents(
  response: ServerResponse,
  { emulated, promptTokens }: Told,
  batches: AsyncIterable<readonly object[]>,
): Promise<void> {
  const named = emulated.length > 0 ? { [emulatedHeader]: headerList(emulated) } : {};
  const counted = promptTokens === undefined ? {} : { [promptTokensHeader]: promptTokens };
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', ...named, ...counted });
  response.flushHeaders();
  try {
    for await (const events of batches) {
      const isFlushed = response.write(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
      if (!isFlushed) await drained(response);
    }
    response.end('data: [DONE]\n\n');
  } catch (failure) {
    response.end(`data: ${JSON.stringify(errorBody(failure))}\n\n`);
  }
}

/** Names that clients chose may hold anything; a header may not, and has to stay short. */
function headerList(names: readonly string[]): string {
  const printable = names.map((name) => name.replaceAll(/[^\x21-\x2b\x2d-\x7e]/g, '_').slice(0, 200));
  return [...new Set(printable)].slice(0, mostNames).join(', ');
}

/** Resolves when the response takes more, or is gone (then the next write is a no-op and `close` cancelled the work). */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    // It told that it is gone already, and will not again.
    if (response.destroyed) return resolve();
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.once('drain', done).once('close', done);
  });
}
