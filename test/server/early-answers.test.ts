import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRaw } from '../support/raw-connection.ts';
import { rawChat } from '../support/raw-exchange.ts';
import { answer, scriptedEngine } from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(scriptedEngine(answer('hello')), { settings: { limits: { maxBodyBytes: 2048 } } });
});
afterAll(() => server.stop());

const megabyte = 1024 * 1024;
const withLength = (key: string, headers: readonly string[] = []) =>
  rawChat(key, {}, headers)
    .replace('content-length: 2', `content-length: ${4 * megabyte}`)
    .slice(0, -2);
const inChunks = (key: string) =>
  rawChat(key, {}).replace('content-length: 2', 'transfer-encoding: chunked').slice(0, -2);
const told = 'HTTP/1.1 100 Continue\r\n\r\n';
const chunk = `${megabyte.toString(16)}\r\n${' '.repeat(megabyte)}\r\n`;

describe('a refusal that comes before the body', () => {
  // Time stands still: however slow the machine, no client here is one that sends nothing any more.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it.each<[string, string, (key: string) => string, string]>([
    ['413', 'of a length', withLength, ' '.repeat(megabyte)],
    ['413', 'in chunks', (key) => inChunks(key) + chunk, chunk],
    ['401', 'on a connection that ends', () => withLength('nvapi-wrong', ['connection: close']), ' '.repeat(megabyte)],
  ])('(%s, %s) is there at once, and the rest of the body is taken', async (status, _, head, piece) => {
    using connection = openRaw(server.port);
    const failures: Error[] = [];
    connection.socket.on('error', (failure) => failures.push(failure));

    connection.send(head(server.key));
    await connection.until(`"status":${status}`);
    for (let sent = 0; sent < 4; sent++) await new Promise((resolve) => connection.socket.write(piece, resolve));
    connection.socket.end(piece === chunk ? '0\r\n\r\n' : '');
    await connection.untilClosed(5000);

    expect(failures).toEqual([]);
  });

  it('is not preceded by a word to go on', async () => {
    using connection = openRaw(server.port);

    connection.send(withLength(server.key, ['expect: 100-continue']));

    const text = await connection.untilClosed(5000);
    expect(text).toMatch(/^HTTP\/1\.1 413/);
  });

  it('is there for a client that was told to go on, and the rest of the body is taken', async () => {
    using connection = openRaw(server.port);
    const failures: Error[] = [];
    connection.socket.on('error', (failure) => failures.push(failure));

    connection.send(inChunks(server.key).replace('\r\n\r\n', '\r\nexpect: 100-continue\r\n\r\n'));
    await connection.until(told);
    connection.send(chunk);
    await connection.until('"status":413');
    for (let sent = 0; sent < 4; sent++) await new Promise((resolve) => connection.socket.write(chunk, resolve));
    connection.socket.end('0\r\n\r\n');
    await connection.untilClosed(5000);

    expect(failures).toEqual([]);
  });
});

describe('a word to go on', () => {
  it('is not for clients of HTTP/1.0, which do not know it', async () => {
    using connection = openRaw(server.port);
    const body = { model: 'test/model', messages: [userMessage] };

    connection.send(rawChat(server.key, body, ['expect: 100-continue']).replace('HTTP/1.1', 'HTTP/1.0'));

    const text = await connection.untilClosed();
    expect(text).toMatch(/^HTTP\/1\.1 200/);
    expect(text).toContain('hello');
  });
});
