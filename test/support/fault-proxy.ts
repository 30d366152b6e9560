import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { selfSignedCertificate } from './self-signed-certificate.ts';

export const phases = ['connect', 'headers', 'before content', 'mid-stream', 'at end'] as const;
export type Phase = (typeof phases)[number];

export const faults = [
  /** Both sides are closed. */
  'cut',
  /** Nothing passes any more, the connection stays. */
  'stall',
  /** Everything passes, a moment later. */
  'delay',
  /** Bytes of the HTTP framing are overwritten. */
  'corrupt framing',
  /** Bytes of the next event are overwritten. */
  'corrupt event',
  /** The answer's side is closed, the request's stays. */
  'half-close',
  /** The connection is reset. */
  'reset',
  /** Everything passes, a few bytes at a time. */
  'slow drip',
  /** A chunk is announced that does not come whole. */
  'truncated chunk',
  /** Everything passes, cut in the middle of every character that has several bytes. */
  'split UTF-8',
  /** The answer claims to be no longer than up to this point. */
  'wrong length',
  /** The certificate is nobody's. */
  'TLS failure',
] as const;
export type Fault = (typeof faults)[number];

export interface FaultProxy extends AsyncDisposable {
  readonly url: string;
  /** Connections that are open towards the proxy. */
  open(): number;
  /** How many connections have been made. */
  connections(): number;
  /** Bytes that came from behind it. */
  bytes(): number;
}

/** A TCP proxy in front of a scripted chat server that does one kind of harm at one point of every answer, a phase or a byte; what is late is `delayMs` late. */
export async function startFaultProxy(
  target: string,
  fault: Fault | 'none',
  at: Phase | number,
  delayMs = 60,
): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let bytes = 0;
  const accept = (down: Socket) => {
    down.on('error', () => undefined).setNoDelay();
    const up = connect(Number(new URL(target).port), '127.0.0.1');
    up.on('error', () => undefined);
    down.on('close', () => up.destroy());
    up.on('data', (data: Buffer) => (bytes += data.length));
    join({ down, up, delayMs }, fault, at);
  };
  const server: Server =
    fault === 'TLS failure'
      ? createTlsServer(selfSignedCertificate(), accept).on('tlsClientError', () => undefined)
      : createServer({ allowHalfOpen: true }, accept);
  // Also those whose handshake fails.
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Who has no more to ask has left: this client half-closes nothing.
    socket.on('end', () => socket.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The fault proxy has no port.');
  return {
    url: `${fault === 'TLS failure' ? 'https' : 'http'}://127.0.0.1:${address.port}`,
    open: () => sockets.size,
    connections: () => connections,
    bytes: () => bytes,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function join({ down, up, delayMs }: Omit<Place, 'head'>, fault: Fault | 'none', point: Phase | number): void {
  let received = Buffer.alloc(0);
  let passed = 0;
  let harm: ((rest: Buffer) => void) | undefined;

  const harmAt = (at: number) => {
    down.write(received.subarray(passed, at));
    harm = harms[fault]({ down, up, delayMs, head: received.subarray(0, at) });
    harm(received.subarray(at));
  };
  down.on('end', () => up.end());
  if (fault !== 'none' && point === 'connect' && fault !== 'wrong length') {
    // Once the request is there: a server that refuses sooner says nothing about what became of it.
    down.once('data', () => harmAt(0));
    if (fault === 'reset' || fault === 'cut') harmAt(0);
  }
  down.on('data', (data) => up.write(data));
  up.on('data', (data: Buffer) => {
    if (harm) return harm(data);
    received = Buffer.concat([received, data]);
    const at = fault === 'none' ? 0 : pointOf(received, point);
    if (at !== undefined) return fault === 'none' ? passAll() : harmAt(at);
    // The point may lie in what has half come.
    const safe = Math.max(passed, received.length - (typeof point === 'number' ? 0 : 64));
    if (fault !== 'wrong length') down.write(received.subarray(passed, safe));
    if (fault !== 'wrong length') passed = safe;
  });
  const passAll = () => {
    down.write(received.subarray(passed));
    passed = received.length;
  };
  up.on('end', () => {
    if (!harm) down.end(received.subarray(passed));
  });
}

/** Where in the answer's bytes a phase begins; undefined while that has not come. */
function pointOf(bytes: Buffer, phase: Phase | number): number | undefined {
  if (typeof phase === 'number') return bytes.length > phase ? phase : undefined;
  const found = (at: number) => (at < 0 ? undefined : at);
  switch (phase) {
    case 'connect':
      return 0;
    case 'headers':
      return bytes.length > 20 ? 20 : undefined;
    case 'before content': {
      const at = bytes.indexOf(': ping\n');
      return at < 0 ? undefined : at + ': ping\n'.length;
    }
    case 'mid-stream': {
      const first = bytes.indexOf('}\n\n');
      const second = first < 0 ? -1 : bytes.indexOf('}\n\n', first + 1);
      return second < 0 ? undefined : second + 3;
    }
    case 'at end':
      return found(bytes.indexOf('data: [DONE]'));
    default:
      return phase satisfies never;
  }
}

interface Place {
  readonly down: Socket;
  readonly up: Socket;
  readonly delayMs: number;
  /** What came before the point. */
  readonly head: Buffer;
}

/** What is done with the bytes from the point on. */
const harms: Record<Fault | 'none', (place: Place) => (rest: Buffer) => void> = {
  none:
    ({ down }) =>
    (rest) =>
      void down.write(rest),
  cut: ({ down, up }) => {
    up.destroy();
    down.end();
    down.destroySoon();
    return () => undefined;
  },
  stall: () => () => undefined,
  delay:
    ({ down, delayMs }) =>
    (rest) =>
      void setTimeout(() => down.write(rest), delayMs),
  'corrupt framing': ({ down }) => {
    let left = 16;
    return (rest) => {
      const harmed = Buffer.from(rest);
      harmed.fill(0, 0, Math.min(left, rest.length));
      left -= Math.min(left, rest.length);
      down.write(harmed);
    };
  },
  'corrupt event': ({ down }) => {
    let isDone = false;
    return (rest) => {
      const harmed = Buffer.from(rest);
      const at = harmed.indexOf('data: ');
      if (!isDone && at >= 0) harmed.fill(0, at + 6, at + 10);
      isDone ||= at >= 0;
      down.write(harmed);
    };
  },
  'half-close': ({ down }) => {
    down.end();
    return () => undefined;
  },
  reset: ({ down, up }) => {
    up.destroy();
    down.resetAndDestroy();
    return () => undefined;
  },
  'slow drip': ({ down }) => inPieces(down, (bytes) => cutEvery(bytes, 16)),
  'truncated chunk': ({ down, up }) => {
    up.destroy();
    down.end('\r\nfff\r\ndata: {"id":"cut');
    return () => undefined;
  },
  'split UTF-8': ({ down }) => inPieces(down, cutInCharacters),
  'wrong length': ({ down, head }) => {
    const end = head.indexOf('\r\n\r\n');
    const body = end < 0 ? '' : payloadOf(head.subarray(end + 4).toString('latin1'));
    const fields = 'content-type: text/event-stream\r\n';
    down.write(`HTTP/1.1 200 OK\r\n${fields}content-length: ${body.length}\r\n\r\n${body}`, 'latin1');
    return (rest) => void down.write(rest);
  },
  'TLS failure':
    ({ down }) =>
    (rest) =>
      void down.write(rest),
};

function inPieces(down: Socket, cut: (bytes: Buffer) => Buffer[]): (rest: Buffer) => void {
  let last: Promise<unknown> = Promise.resolve();
  return (rest) => {
    for (const piece of cut(rest)) {
      last = last.then(() => new Promise((resolve) => setImmediate(resolve))).then(() => down.write(piece));
    }
  };
}

function cutEvery(bytes: Buffer, length: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, at) =>
    bytes.subarray(at * length, (at + 1) * length),
  );
}

function cutInCharacters(bytes: Buffer): Buffer[] {
  const cuts = [...bytes.keys()].filter((at) => ((bytes[at] ?? 0) & 0xc0) === 0x80);
  return [0, ...cuts].map((from, at) => bytes.subarray(from, cuts[at] ?? bytes.length));
}

/** The payload of chunked bytes, of the last chunk what there is. */
function payloadOf(chunked: string): string {
  let payload = '';
  for (let at = 0; at < chunked.length;) {
    const lineEnd = chunked.indexOf('\r\n', at);
    const size = Number.parseInt(chunked.slice(at, lineEnd), 16);
    if (lineEnd < 0 || !(size > 0)) break;
    payload += chunked.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + 2 + size + 2;
  }
  return payload;
}
