import { describe, expect, it } from 'vitest';
import { createMessageReader } from '../../bench/gateway/before-upstream/http-messages.ts';

const plain = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe\r\nl\r\n2;x=y\r\nlo\r\n0\r\n\r\n';
const empty = 'GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n';

describe('createMessageReader', () => {
  it.each([1, 2, 3, 7, 1000])('tells messages of all kinds apart, in pieces of %i bytes', (size) => {
    const bytes = Buffer.from(plain + chunked + empty + plain);

    const messages = read(bytes, size);

    expect(messages.map(({ body }) => body)).toEqual(['hello', 'he\r\nllo', '', 'hello']);
    expect(messages.map(({ head }) => head.split('\r\n')[0])).toEqual([
      'HTTP/1.1 200 OK',
      'HTTP/1.1 200 OK',
      'GET /v1/models HTTP/1.1',
      'HTTP/1.1 200 OK',
    ]);
  });

  it('does not end a message whose last chunk has not come', () => {
    expect(read(Buffer.from(chunked.slice(0, -2)), 1000)).toEqual([]);
  });
});

function read(bytes: Buffer, size: number) {
  const messages: { head: string; body: string }[] = [];
  let message = { head: '', body: '' };
  const take = createMessageReader({
    onHead: (head) => (message = { head, body: '' }),
    onBody: (piece) => (message.body += piece.toString()),
    onEnd: () => messages.push(message),
  });
  for (let at = 0; at < bytes.length; at += size) take(bytes.subarray(at, at + size));
  return messages;
}
