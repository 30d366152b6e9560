const lineFeed = 10;
const carriageReturn = 13;

/** Bytes one line may have before the stream is refused. Log probabilities of a long prompt are one event of megabytes. */
const maxLineBytes = 8 << 20;

/**
 * The `data` of each event of a server-sent event stream, in order. Handles LF, CRLF and CR line ends, splits
 * at any byte, multi-line data and comments. An event that the stream cuts off is not delivered.
 *
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* parseEventStream(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let data: string[] = [];
  for await (const line of lines(bytes)) {
    if (line === '') {
      if (data.length > 0) yield data.join('\n');
      data = [];
    } else if (line.startsWith('data:')) {
      data.push(line.startsWith('data: ') ? line.slice(6) : line.slice(5));
    }
  }
}

async function* lines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let endedInReturn = false;
  for await (const chunk of bytes) {
    let start: number = endedInReturn && chunk[0] === lineFeed ? 1 : 0;
    if (chunk.length > 0) endedInReturn = false;
    for (let at: number = start; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte !== lineFeed && byte !== carriageReturn) continue;
      yield Buffer.concat([...held, chunk.subarray(start, at)]).toString('utf8');
      held = [];
      heldBytes = 0;
      if (byte === carriageReturn) {
        if (chunk[at + 1] === lineFeed) at++;
        else endedInReturn = at === chunk.length - 1;
      }
      start = at + 1;
    }
    if (start < chunk.length) {
      held.push(chunk.subarray(start));
      heldBytes += chunk.length - start;
    }
    if (heldBytes > maxLineBytes) throw new RangeError('A line of the event stream is too long.');
  }
}
