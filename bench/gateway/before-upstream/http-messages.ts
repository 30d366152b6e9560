/** What a reader tells of one HTTP/1.1 message after another. */
interface MessageEvents {
  /** The first line and the headers. */
  onHead(head: string): void;
  onBody(bytes: Buffer): void;
  onEnd(): void;
}

const endOfHead = '\r\n\r\n';
const lineBreak = '\r\n';

/**
 * Reads the messages of a connection as their bytes arrive: bodies of a given length, chunked ones, and none. It costs a
 * fraction of what a whole HTTP library does, so that the two ends of a measurement stay cheaper than what stands between
 * them. It trusts its peer; a body that lasts until the connection closes it does not know.
 */
export function createMessageReader(events: MessageEvents): (bytes: Buffer) => void {
  let state: 'head' | 'body' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' = 'head';
  let rest: Buffer = Buffer.alloc(0);
  let missing = 0;

  const finish = () => {
    state = 'head';
    events.onEnd();
  };
  /** Everything up to a mark, and the mark gone; undefined while it is not there yet. */
  const upTo = (mark: string): string | undefined => {
    const at = rest.indexOf(mark);
    if (at === -1) return undefined;
    const text = rest.toString('latin1', 0, at);
    rest = rest.subarray(at + mark.length);
    return text;
  };
  const startBody = (head: string) => {
    events.onHead(head);
    if (/\r\ntransfer-encoding: *chunked/i.test(head)) state = 'chunk-size';
    else {
      missing = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      if (missing === 0) finish();
      else state = 'body';
    }
  };
  const takeBody = () => {
    const bytes = rest.subarray(0, missing);
    missing -= bytes.length;
    rest = rest.subarray(bytes.length);
    events.onBody(bytes);
    if (missing > 0) return;
    if (state === 'body') finish();
    else state = 'chunk-end';
  };
  /** Goes on by one step; false when it needs more bytes. */
  const step = (): boolean => {
    if (rest.length === 0) return false;
    if (state === 'body' || state === 'chunk') {
      takeBody();
      return true;
    }
    const text = upTo(state === 'head' ? endOfHead : lineBreak);
    if (text === undefined) return false;
    if (state === 'head') startBody(text);
    else if (state === 'chunk-end') state = 'chunk-size';
    else if (state === 'trailer') {
      if (text === '') finish();
    } else {
      missing = Number.parseInt(text, 16);
      state = missing === 0 ? 'trailer' : 'chunk';
    }
    return true;
  };
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    while (step());
  };
}
