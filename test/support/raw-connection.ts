import { connect, type Socket } from 'node:net';

/** A bare socket that keeps what it receives. */
export interface RawConnection extends Disposable {
  readonly socket: Socket;
  send(text: string | Uint8Array): void;
  received(): string;
  /** Everything received so far, once it contains `text`; throws when it does not come. */
  until(text: string): Promise<string>;
  /** Everything received, once the server closed. */
  untilClosed(timeoutMs?: number): Promise<string>;
}

export function openRaw(port: number): RawConnection {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  let isClosed = false;
  const looks = new Set<() => void>();
  const look = () => looks.forEach((each) => each());
  socket.on('data', (bytes: Buffer) => {
    chunks.push(bytes);
    look();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isClosed = true;
    look();
  });
  const received = () => Buffer.concat(chunks).toString('utf8');

  function wait(isSeen: () => boolean, what: string, timeoutMs = 60_000): Promise<string> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        looks.delete(check);
        settle();
      };
      const check = () => {
        if (isSeen()) finish(() => resolve(received()));
        else if (isClosed) finish(() => reject(new Error(`Closed before ${what} came:\n${received().slice(-500)}`)));
      };
      const timer = setTimeout(
        () => finish(() => reject(new Error(`${what} did not come:\n${received().slice(-500)}`))),
        timeoutMs,
      );
      looks.add(check);
      check();
    });
  }

  return {
    socket,
    send: (text) => void socket.write(text),
    received,
    until: (text) => wait(() => received().includes(text), JSON.stringify(text)),
    untilClosed: (timeoutMs) => wait(() => isClosed, 'the close', timeoutMs),
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** The pieces of a chunked body, as the server wrote them; the last, empty one is proof of a proper end. */
export function chunkedPieces(response: string): {
  readonly pieces: readonly string[];
  readonly isEnded: boolean;
  readonly rest: string;
} {
  let rest = Buffer.from(response.slice(response.indexOf('\r\n\r\n') + 4));
  const pieces: string[] = [];
  for (;;) {
    const lineEnd = rest.indexOf('\r\n');
    if (lineEnd < 0) return { pieces, isEnded: false, rest: rest.toString() };
    const size = Number.parseInt(rest.subarray(0, lineEnd).toString(), 16);
    const bytes = rest.subarray(lineEnd + 2, lineEnd + 2 + size);
    rest = rest.subarray(lineEnd + 2 + size + 2);
    if (size === 0) return { pieces, isEnded: true, rest: rest.toString() };
    pieces.push(bytes.toString());
  }
}

/** The headers of a raw response, names in lower case. */
export function headersOf(response: string): Map<string, string> {
  const lines = response.slice(0, response.indexOf('\r\n\r\n')).split('\r\n').slice(1);
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
}

/** The JSON body of a raw response that says its length. */
export function jsonOf(response: string): unknown {
  const start = response.indexOf('\r\n\r\n') + 4;
  return JSON.parse(
    Buffer.from(response.slice(start))
      .subarray(0, Number(headersOf(response).get('content-length')))
      .toString(),
  );
}
