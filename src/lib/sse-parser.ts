const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
/** What begins a line of data. */
const field = Buffer.from('data:');
/** May stand before the first line, and says nothing. */
const byteOrderMark = Buffer.from('\uFEFF');

/**
 * Bytes one line may have before the stream is refused, and all lines of an event together. Log probabilities of a long
 * prompt are one event of megabytes.
 */
const mostBytes = 8 << 20;

/** Reads a server-sent event stream, piece by piece, wherever it is cut. */
export interface EventStreamParser {
  /** The `data` of each event that these bytes complete. Throws a RangeError for one that is too long, or a line that is damaged. */
  push(bytes: Uint8Array): string[];
}

/**
 * Handles LF, CRLF and CR line ends, a byte order mark, splits at any byte, multi-line data and comments. An event that
 * the stream cuts off is not delivered.
 *
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function createEventStreamParser(): EventStreamParser {
  /** Pieces of a line that has not ended. */
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let endedInReturn = false;
  /** Of the event that has not ended. */
  let data: string[] = [];
  let dataBytes = 0;
  let isFirstLine = true;

  const takeLine = (bytes: Buffer, at: number, end: number, events: string[]) => {
    const isMarked = isFirstLine && stands(byteOrderMark, bytes, at, end);
    isFirstLine = false;
    const start = isMarked ? at + byteOrderMark.length : at;
    if (start === end) {
      if (data.length > 0) events.push(data.length === 1 ? (data[0] ?? '') : data.join('\n'));
      data = [];
      dataBytes = 0;
    } else if (stands(field, bytes, start, end)) {
      const from = start + field.length;
      dataBytes += end - start;
      if (dataBytes > mostBytes) throw new RangeError('An event of the stream is too long.');
      data.push(bytes.toString('utf8', bytes[from] === space ? from + 1 : from, end));
    } else if (isDamaged(bytes, start, end)) {
      throw new RangeError('A line of the event stream is damaged.');
    }
  };
  const endLine = (bytes: Buffer, start: number, end: number, events: string[]) => {
    if (held.length === 0) return takeLine(bytes, start, end, events);
    const line = Buffer.concat([...held, bytes.subarray(start, end)]);
    held = [];
    heldBytes = 0;
    takeLine(line, 0, line.length, events);
  };

  return {
    push(given) {
      const bytes = Buffer.isBuffer(given) ? given : Buffer.from(given.buffer, given.byteOffset, given.byteLength);
      const events: string[] = [];
      if (bytes.length === 0) return events;
      let start = endedInReturn && bytes[0] === lineFeed ? 1 : 0;
      endedInReturn = false;
      let feed = bytes.indexOf(lineFeed, start);
      let back = bytes.indexOf(carriageReturn, start);
      while (feed !== -1 || back !== -1) {
        const isReturn = back !== -1 && (feed === -1 || back < feed);
        const end = isReturn ? back : feed;
        endLine(bytes, start, end, events);
        start = end + 1;
        if (isReturn && start === feed) start++;
        else if (isReturn) endedInReturn = start === bytes.length;
        if (feed !== -1 && feed < start) feed = bytes.indexOf(lineFeed, start);
        if (isReturn) back = bytes.indexOf(carriageReturn, start);
      }
      if (start < bytes.length) {
        held.push(bytes.subarray(start));
        heldBytes += bytes.length - start;
      }
      if (heldBytes > mostBytes) throw new RangeError('A line of the event stream is too long.');
      return events;
    },
  };
}

/** The `data` of each event of a stream of bytes, in order. */
export async function* parseEventStream(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const parser = createEventStreamParser();
  for await (const chunk of bytes) yield* parser.push(chunk);
}

/** Whether a line begins with these bytes. */
function stands(what: Buffer, bytes: Buffer, start: number, end: number): boolean {
  const after = start + what.length;
  return after <= end && bytes.compare(what, 0, what.length, start, after) === 0;
}

/**
 * Lines of unknown fields are skipped, as the standard has it; but nobody writes zeros, and behind them may have been an
 * event without which the answer would be silently less.
 */
function isDamaged(bytes: Buffer, start: number, end: number): boolean {
  return bytes.subarray(start, end).includes(0);
}
