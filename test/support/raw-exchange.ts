import { connect, type Socket } from 'node:net';

/** Sends text over a bare socket and returns everything that comes back until the server closes or `until` is seen. */
export async function rawExchange(port: number, text: string, until?: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  try {
    return await readUntil(socket, until);
  } finally {
    socket.destroy();
  }
}

export function readUntil(socket: Socket, until?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    // Where it could begin that was not looked at: to search all of a long answer for each of its pieces takes minutes.
    let tail = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text;
      if (until === undefined) return;
      tail = tail.slice(-until.length) + text;
      if (tail.includes(until)) resolve(received);
    });
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
  });
}

/** A chat request as bytes on the wire. */
export function rawChat(key: string, body: object, headers: readonly string[] = []): string {
  const json = JSON.stringify(body);
  return [
    'POST /v1/chat/completions HTTP/1.1',
    'host: test',
    `authorization: Bearer ${key}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(json)}`,
    ...headers,
    '',
    json,
  ].join('\r\n');
}
