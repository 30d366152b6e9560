import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { Pool } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendRequest } from './send-request.ts';

const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n';
const never = new AbortController().signal;

function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

describe('a request to a server', () => {
  let server: Server;
  let pool: Pool;
  let sockets: Socket[];
  /** What the server does with a request that has come. */
  let answer: (socket: Socket) => void;

  beforeEach(async () => {
    sockets = [];
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on('data', (bytes) => bytes.includes('{}') && answer(socket)).on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    pool = new Pool(`http://127.0.0.1:${port}`, { pipelining: 1 });
  });
  afterEach(async () => {
    await pool.destroy();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  const send = (signal = never) => sendRequest(pool, { method: 'POST', path: '/', body: '{}' }, signal);
  const isOpen = (socket: Socket | undefined) => socket?.destroyed === false && !socket.readableEnded;

  it('is answered in the pieces that come', async () => {
    answer = (socket) => {
      socket.write(head + chunk('one'));
      setTimeout(() => socket.write(chunk('two') + '0\r\n\r\n'), 20);
    };

    const { status, headers, body } = await send();

    expect([status, headers['content-type']]).toEqual([200, 'text/plain']);
    const texts = await Array.fromAsync(body, (bytes) => Buffer.from(bytes).toString());
    expect(texts).toEqual(['one', 'two']);
    expect(await body.read()).toBeUndefined();
  });

  it('makes a server wait whose answer nobody reads', async () => {
    const piece = chunk('x'.repeat(1 << 16));
    let written = 0;
    answer = (socket) => {
      socket.write(head);
      const more = () => {
        while (written < 1000 && socket.write(piece)) written++;
        written++;
      };
      socket.on('drain', more);
      more();
    };

    const { body } = await send();
    let before = -1;
    while (written !== before) {
      before = written;
      await after(100);
    }

    expect(before).toBeLessThan(500);
    for (let count = 0; count < 50; count++) await body.read();
    await expect.poll(() => written).toBeGreaterThan(before);
    body.leave();
  });

  it('fails at once when it is aborted, and closes the connection', async () => {
    answer = (socket) => socket.write(head + chunk('one'));
    const controller = new AbortController();
    const { body } = await send(controller.signal);
    await body.read();
    const reading = body.read();
    const reason = new Error('left');

    controller.abort(reason);

    await expect(reading).rejects.toBe(reason);
    await expect.poll(() => isOpen(sockets[0])).toBe(false);
  });

  it('fails at once when it is aborted before anything came', async () => {
    answer = () => undefined;
    const controller = new AbortController();
    const sending = send(controller.signal);
    const reason = new Error('left');
    await after(20);

    controller.abort(reason);

    await expect(sending).rejects.toBe(reason);
    await expect(send(controller.signal)).rejects.toBe(reason);
    await expect.poll(() => isOpen(sockets[0])).toBe(false);
  });

  it('keeps a connection whose answer ends soon after what matters has come', async () => {
    let end = () => {};
    answer = (socket) => {
      socket.write(head + chunk('all'));
      end = () => socket.write('0\r\n\r\n');
    };
    for (let count = 0; count < 3; count++) {
      const { body } = await send();
      await body.read();
      body.finish();
      end();
      await new Promise<void>((resolve) => body.whenOver(resolve));
      // The connection is free in a later turn.
      await after(20);
    }

    expect(sockets).toHaveLength(1);
  });

  it('closes a connection whose answer does not end', async () => {
    answer = (socket) => socket.write(head + chunk('all'));
    const { body } = await send();
    await body.read();

    body.finish();

    await after(500);
    expect(isOpen(sockets[0])).toBe(true);
    await expect.poll(() => isOpen(sockets[0])).toBe(false);
  });

  it('closes a connection whose answer is left', async () => {
    answer = (socket) => socket.write(head + chunk('one'));
    const { body } = await send();
    await body.read();

    body.leave();

    await expect.poll(() => isOpen(sockets[0])).toBe(false);
  });

  it('gives what came before the connection was cut, then fails', async () => {
    answer = (socket) => {
      socket.write(head + chunk('one'));
      setTimeout(() => socket.destroy(), 20);
    };
    const { body } = await send();

    expect(Buffer.from((await body.read()) ?? []).toString()).toBe('one');
    await expect(body.read()).rejects.toThrow('other side closed');
    await expect(body.read()).rejects.toThrow('other side closed');
  });
});
