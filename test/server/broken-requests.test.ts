import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunkedPieces, headersOf, jsonOf, openRaw } from '../support/raw-connection.ts';
import { rawChat } from '../support/raw-exchange.ts';
import { piece, role, scriptedEngine } from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

const engine = scriptedEngine([role(), piece('begun'), 'stall']);
const valid = { model: 'test/model', messages: [userMessage], stream: true };
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(engine);
});
afterAll(() => server.stop());

async function logged(requestId: string | null | undefined): Promise<Record<string, unknown>> {
  const line = () => server.logLines().find((each) => each['requestId'] === requestId);
  await expect.poll(line).toBeDefined();
  return line() ?? {};
}

describe('what is no HTTP', () => {
  it('cuts an answer that has begun, and is not answered within it', async () => {
    using connection = openRaw(server.port);
    connection.send(rawChat(server.key, valid));
    await connection.until('begun');

    connection.send('GARBAGE\r\n\r\n');

    const text = await connection.untilClosed();
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(chunkedPieces(text)).toMatchObject({ isEnded: false, rest: '' });
    await expect.poll(() => engine.open()).toBe(0);
  });

  it('in the body of a request is answered under the id of that request', async () => {
    using connection = openRaw(server.port);

    const [head = ''] = rawChat(server.key, valid, ['transfer-encoding: chunked', 'expect: 100-continue']).split(
      '\r\n\r\n',
    );
    connection.send(`${head.replace(/content-length: \d+\r\n/, '')}\r\n\r\n`);
    await connection.until('100 Continue\r\n\r\n');
    connection.send('zz\r\n');

    const [, ...parts] = (await connection.untilClosed()).split('\r\n\r\n');
    const text = parts.join('\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request/);
    expect(jsonOf(text)).toMatchObject({ error: { code: 'bad_request' } });
    expect(await logged(headersOf(text).get('x-request-id'))).toMatchObject({
      keyId: 'config_test',
      route: '/v1/chat/completions',
      status: 400,
      errorCode: 'bad_request',
    });
  });
});

it('a request whose client leaves half-way is logged as left', async () => {
  using connection = openRaw(server.port);
  connection.send(rawChat(server.key, valid, ['expect: 100-continue']).slice(0, -5));
  await connection.until('100 Continue');

  connection.socket.end();

  expect(await connection.untilClosed()).not.toContain('HTTP/1.1 400');
  // Its model was never read.
  const left = () => server.logLines().filter(({ status, model }) => status === 499 && model === undefined);
  await expect.poll(left).toMatchObject([{ keyId: 'config_test', errorCode: 'client_closed_request' }]);
});

describe('the log has a line under the id of', () => {
  it('an answer to what is no HTTP', async () => {
    using connection = openRaw(server.port);

    connection.send('GARBAGE\r\n\r\n');

    const id = headersOf(await connection.untilClosed()).get('x-request-id');
    expect(await logged(id)).toMatchObject({ status: 400, errorCode: 'bad_request' });
  });

  it('an answer to a URL that cannot be decoded', async () => {
    const response = await server.fetch('/v1/models/%');

    const line = await logged(response.headers.get('x-request-id'));
    expect(line).toMatchObject({ method: 'GET', route: 'unknown', status: 400, errorCode: 'bad_request' });
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });
});
