import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headersOf, jsonOf, openRaw } from '../support/raw-connection.ts';
import { rawChat } from '../support/raw-exchange.ts';
import { chatBody, modelId, startServerProcess, type ServerProcess } from '../support/server-process.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess({ env: { MANIFOLD_MAX_BODY_BYTES: String(8 << 20) } });
});
afterAll(() => server[Symbol.asyncDispose]());

const close = ['connection: close'];

async function exchange(text: string | Uint8Array): Promise<string> {
  using connection = openRaw(server.port);
  connection.send(text);
  return await connection.untilClosed();
}

/** A chat request whose body is exactly these bytes. */
function rawBody(body: string | Uint8Array, contentType = 'application/json'): Uint8Array {
  const bytes = Buffer.from(body);
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: test\r\nauthorization: Bearer ${server.key}\r\ncontent-type: ${contentType}\r\ncontent-length: ${bytes.length}\r\nconnection: close\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

const hello = chatBody('hello');

describe('a request on the wire', () => {
  it('may send its body in chunks of any size', async () => {
    const json = JSON.stringify(chatBody('hello 🎉'));
    const chunks = [...Buffer.from(json)].map((byte) =>
      Buffer.concat([Buffer.from('1\r\n'), Buffer.of(byte), Buffer.from('\r\n')]),
    );
    const head = rawChat(server.key, {}, close)
      .replace(/content-length: \d+/, 'transfer-encoding: chunked')
      .replace(/\{\}$/, '');
    const response = await exchange(Buffer.concat([Buffer.from(head), ...chunks, Buffer.from('0\r\n\r\n')]));

    expect(response).toMatch(/^HTTP\/1\.1 200/);
    expect(response).toContain('Hello, I am a script.');
  });

  it.each(['application/json; charset=utf-8', 'Application/JSON;charset=UTF-8', 'application/json ; charset="utf-8"'])(
    'may call its content type %s',
    async (type) => {
      expect(await exchange(rawBody(JSON.stringify(hello), type))).toMatch(/^HTTP\/1\.1 200/);
    },
  );

  it('of 7 MB is read and answered, not reset', async () => {
    const response = await exchange(rawBody(JSON.stringify({ ...hello, unknown_field: 'x'.repeat(7_000_000) })));

    expect(response).toMatch(/^HTTP\/1\.1 200/);
    expect(headersOf(response).get('x-manifold-ignored')).toBe('unknown_field');
  });

  it('that waits for 100-continue is told of a wrong key before it sends its body', async () => {
    const response = await exchange(
      rawChat('nvapi-wrong', hello, ['expect: 100-continue', 'connection: close']).replace(/\{.*/s, ''),
    );

    expect(response).toMatch(/^HTTP\/1\.1 401/);
    expect(response).not.toContain('100 Continue');
    expect(jsonOf(response)).toMatchObject({ error: { code: 'invalid_api_key' } });
  });

  it('that waits for 100-continue with a good key is told to go on', async () => {
    using connection = openRaw(server.port);
    const [head = '', body = ''] = rawChat(server.key, hello, ['expect: 100-continue', 'connection: close']).split(
      '\r\n\r\n',
    );
    connection.send(`${head}\r\n\r\n`);
    await connection.until('HTTP/1.1 100 Continue');
    connection.send(body);

    expect(await connection.untilClosed()).toContain('Hello, I am a script.');
  });

  it('may name an unlisted field, or null where a field is optional', async () => {
    const response = await server.chat('hello', {
      temperature: null,
      stop: null,
      stream: null,
      seed: null,
      tools: null,
      logprobs: null,
      someday: 1,
    });

    expect(response.status).toBe(200);
    expect(response.headers.get('x-manifold-ignored')).toBe('someday');
  });
});

describe('a preflight', () => {
  it('needs no key and is allowed the headers it asks for', async () => {
    const asked = 'authorization,content-type,user-agent,x-stainless-arch,x-stainless-retry-count';
    const response = await exchange(
      `OPTIONS /v1/chat/completions HTTP/1.1\r\nhost: test\r\norigin: http://page\r\naccess-control-request-method: POST\r\naccess-control-request-headers: ${asked}\r\nconnection: close\r\n\r\n`,
    );
    const headers = headersOf(response);

    expect(response).toMatch(/^HTTP\/1\.1 204/);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-headers')).toBe(asked);
    expect(headers.get('access-control-allow-methods')).toContain('POST');
  });

  it('opens streams and errors to the page too', async () => {
    const stream = await server.chat('hello', { stream: true }, { headers: { origin: 'http://page' } });
    const refused = await fetch(`${server.url}/v1/models`, { headers: { origin: 'http://page' } });

    for (const response of [stream, refused]) {
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('access-control-expose-headers')).toContain('x-request-id');
      await response.text();
    }
  });
});

describe('a refusal on the wire', () => {
  const get = (path: string, method = 'GET') =>
    `${method} ${path} HTTP/1.1\r\nhost: test\r\nauthorization: Bearer ${server.key}\r\nconnection: close\r\n\r\n`;
  const cases: readonly (readonly [string, () => string | Uint8Array, number, string])[] = [
    ['an unknown route', () => get('/v1/nothing'), 404, 'route_not_found'],
    ['an unknown model', () => get('/v1/models/no/such'), 404, 'model_not_found'],
    ['a wrong method', () => get('/v1/chat/completions'), 405, 'method_not_allowed'],
    ['no key', () => get('/v1/models').replace(/authorization: .*\r\n/, ''), 401, 'missing_api_key'],
    [
      'a body beyond the limit',
      () =>
        rawBody('{')
          .toString()
          .replace(/content-length: \d+/, `content-length: ${9 << 20}`),
      413,
      'request_too_large',
    ],
    ['another content type', () => rawBody(JSON.stringify(hello), 'text/plain'), 415, 'unsupported_media_type'],
    [
      'a compressed body',
      () => rawChat(server.key, hello, ['content-encoding: gzip', ...close]),
      415,
      'unsupported_media_type',
    ],
    [
      'headers beyond the limit',
      () => get('/v1/models').replace('host:', `x-long: ${'x'.repeat(20_000)}\r\nhost:`),
      431,
      'headers_too_large',
    ],
    ['what is no HTTP', () => 'hello?\r\n\r\n', 400, 'bad_request'],
    ['an empty body', () => rawBody(''), 400, 'invalid_json'],
    ['a broken body', () => rawBody('{"model":'), 400, 'invalid_json'],
    ['a list', () => rawBody('[]'), 400, 'invalid_type'],
    ['a bare null', () => rawBody('null'), 400, 'invalid_type'],
    [
      'bytes that are no UTF-8',
      () => rawBody(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
      400,
      'invalid_json',
    ],
    ['a body that is deeper than anyone needs', () => rawBody('['.repeat(100_000)), 400, 'invalid_json'],
    [
      'a deep field of a good body',
      () => rawBody(`{"model":"${modelId}","x":${'['.repeat(200)}${']'.repeat(200)}}`),
      400,
      'invalid_json',
    ],
    [
      'a key that stands twice',
      () => rawBody(`{"model":"${modelId}","messages":[],"model":"x"}`),
      400,
      'duplicate_key',
    ],
  ];

  it.each(cases)('for %s is JSON with an id', async (_, make, status, code) => {
    const response = await exchange(make());

    expect(response).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(headersOf(response).get('content-type')).toMatch(/^application\/json/);
    expect(headersOf(response).get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
    expect(jsonOf(response)).toMatchObject({
      error: { message: expect.any(String) as string, type: expect.any(String) as string, code },
      status,
      title: expect.any(String) as string,
      detail: expect.any(String) as string,
    });
  });

  it('to HEAD has headers and no body', async () => {
    const response = await exchange(get('/v1/nothing', 'HEAD'));

    expect(response).toMatch(/^HTTP\/1\.1 404/);
    expect(response.endsWith('\r\n\r\n')).toBe(true);
    expect(headersOf(response).get('x-request-id')).toMatch(/^req_/);
  });

  it('ends a request whose headers never come to an end', async () => {
    const response = await exchange('GET /v1/models HTTP/1.1\r\nhost: test\r\n');

    expect(response).toMatch(/^HTTP\/1\.1 408/);
    expect(jsonOf(response)).toMatchObject({ error: { code: 'request_timeout' } });
  });
});
