import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addAuthenticateHook } from '../../src/server/hooks/authenticate.ts';
import { messageText } from '../../src/api/message.ts';
import { rawChat, rawExchange } from '../support/raw-exchange.ts';
import { answer, scriptedEngine } from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

const engine = scriptedEngine(answer('secret-answer'));
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(engine, { webDir: '/nonexistent' });
});
afterAll(() => server.stop());

function createBareApp() {
  const app = Fastify();
  addAuthenticateHook(app, undefined);
  return app;
}

const valid = { model: 'test/model', messages: [{ ...userMessage, content: 'secret-prompt' }] };
const publicPaths = ['/', '/assets/*', '/docs', '/openapi.json', '/v1/health/live', '/v1/health/ready'];

describe('access', () => {
  it('is denied on every route of the live table that is not public', async () => {
    const routes = server.server.app.liveRoutes;

    expect(routes.filter(({ access }) => access === 'public').map(({ path }) => path)).toEqual(
      expect.arrayContaining(publicPaths),
    );
    expect(routes.length).toBeGreaterThanOrEqual(20);
    for (const { path, method } of routes) {
      const response = await fetch(server.url + path.replace('*', 'x'), { method });
      expect([method, path, response.status === 401]).toEqual([method, path, !publicPaths.includes(path)]);
      await response.body?.cancel();
    }
  });

  it('must be declared: a route without a rule does not start', () => {
    const app = createBareApp();

    expect(() => app.get('/forgotten', async () => 'open')).toThrow('declares no access rule');
  });

  it('asks for a key in the words of the contract', async () => {
    const response = await fetch(`${server.url}/v1/models`);

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(await response.json()).toMatchObject({ error: { code: 'missing_api_key' }, status: 401 });
  });

  it.each(['bearer', 'BEARER', 'Bearer'])('takes the scheme as %s', async (scheme) => {
    expect((await server.fetch('/v1/models', { headers: { authorization: `${scheme} ${server.key}` } })).status).toBe(
      200,
    );
  });

  it.each([
    ['another scheme', () => `Basic ${server.key}`],
    ['a changed key', () => `Bearer ${server.key.slice(0, -1)}!`],
    ['no token', () => 'Bearer '],
    ['a long token', () => `Bearer ${'x'.repeat(8000)}`],
    ['an injection', () => "Bearer ' OR '1'='1"],
  ])('refuses %s', async (_, authorization) => {
    const response = await server.fetch('/v1/models', { headers: { authorization: authorization() } });

    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_api_key' } });
  });

  it('is decided before the body is read', async () => {
    const text = await rawExchange(
      server.port,
      'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n{',
      '401',
    );

    expect(text).toMatch(/^HTTP\/1\.1 401/);
  });
});

describe('every answer', () => {
  it.each([
    ['/v1/models', 200],
    ['/v1/nothing', 404],
    ['/v1/health/live', 200],
    ['/assets/chat.js', 404],
    ['/%', 400],
  ])('of %s has an id of its own and is JSON', async (path, status) => {
    const [first, second] = await Promise.all([
      server.fetch(path, { headers: { 'x-request-id': 'mine' } }),
      server.fetch(path),
    ]);

    expect(first.status).toBe(status);
    expect(first.headers.get('content-type')).toMatch(/^application\/json/);
    expect(first.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
    expect(first.headers.get('x-request-id')).not.toBe(second.headers.get('x-request-id'));
  });

  it.each([
    ['GET', '/v1/chat/completions', 'POST, OPTIONS'],
    ['DELETE', '/v1/models', 'GET, HEAD, OPTIONS'],
  ])('to a wrong method, %s %s, says which are allowed', async (method, path, allow) => {
    const response = await server.fetch(path, { method, headers: { 'content-type': 'application/json' } });

    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
    expect(await response.json()).toMatchObject({ error: { code: 'method_not_allowed' } });
  });

  it.each([
    ['DELETE', '/v1/models', 405, 'GET, HEAD, OPTIONS'],
    ['OPTIONS', '/v1/chat/completions', 204, 'POST, OPTIONS'],
  ])('to %s %s is the same where the whole URL is named, as for a proxy', async (method, path, status, allow) => {
    const request = `${method} http://test${path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n`;
    const text = await rawExchange(server.port, request);

    expect(text.startsWith(`HTTP/1.1 ${status}`)).toBe(true);
    expect(text).toContain(`\r\nallow: ${allow}\r\n`);
  });

  it.each([
    ['garbage', 'GARBAGE\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx', 400],
    ['no host', 'GET /v1/health/live HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
    ['two hosts', 'GET /v1/health/live HTTP/1.1\r\nhost: x\r\nHost: y\r\nconnection: close\r\n\r\n', 400],
    ['headers too large', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ])('to %s is JSON too', async (_, bytes, status) => {
    const text = await rawExchange(server.port, bytes);

    expect(text.startsWith(`HTTP/1.1 ${status}`)).toBe(true);
    expect(text).toMatch(/x-request-id: req_/);
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n')))).toMatchObject({ status });
  });

  it('to a request with another expectation than 100-continue is as without', async () => {
    const text = await rawExchange(server.port, rawChat(server.key, valid, ['expect: tea', 'connection: close']));

    expect(text).toMatch(/^HTTP\/1\.1 200/);
    expect(text).toContain('secret-answer');
  });

  it('has no body to HEAD', async () => {
    const response = await server.fetch('/v1/models', { method: 'HEAD' });

    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});

describe('connections', () => {
  it('stay open for 150 calls', async () => {
    const request = `GET /v1/health/live HTTP/1.1\r\nhost: x\r\n\r\n`;

    const text = await rawExchange(
      server.port,
      request.repeat(149) + 'GET /v1/health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    );

    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(150);
  });

  it('take chunked bodies', async () => {
    const json = JSON.stringify(valid);
    const request = rawChat(server.key, valid, ['connection: close'])
      .replace(/content-length: \d+/, 'transfer-encoding: chunked')
      .replace(json, `${json.length.toString(16)}\r\n${json}\r\n0\r\n\r\n`);

    expect(await rawExchange(server.port, request)).toMatch(/^HTTP\/1\.1 200/);
  });

  it('do not mix 32 answers at once', async () => {
    const echo = await startTestServer(scriptedEngine((_, { messages }) => answer(messages.map(messageText).join(''))));
    try {
      const texts = await Promise.all(
        Array.from({ length: 32 }, async (_, index) => {
          const body = (await (
            await echo.chat({ ...valid, messages: [{ role: 'user', content: `n${index}` }] })
          ).json()) as { choices: { message: { content: string } }[] };
          return body.choices[0]?.message.content;
        }),
      );
      expect(texts).toEqual(Array.from({ length: 32 }, (_, index) => `n${index}`));
    } finally {
      await echo.stop();
    }
  });
});

describe('CORS', () => {
  it('answers a preflight without a key and allows what it asks for', async () => {
    const response = await fetch(`${server.url}/v1/chat/completions`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://page',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,x-stainless-lang',
      },
    });

    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization,x-stainless-lang');
    expect(response.headers.get('access-control-allow-methods')).toContain('POST');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('lets pages read errors and ids', async () => {
    const response = await fetch(`${server.url}/v1/models`);

    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const exposed = response.headers.get('access-control-expose-headers')?.split(', ');
    expect(exposed).toEqual(
      expect.arrayContaining(['x-request-id', 'retry-after', 'x-should-retry', 'sunset', 'link']),
    );
  });
});

describe('CORS of a server without keys', () => {
  const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
  let open: TestServer;
  beforeAll(async () => {
    open = await startTestServer(engine, { settings: { auth: { enabled: false } } });
  });
  afterAll(() => open.stop());

  it.each([
    'http://localhost:5173',
    'https://127.0.0.1',
    'http://[::1]:8080',
    'http://app.localhost',
    'vscode-webview://abc',
    'tauri://localhost',
  ])('lets a page of %s call', async (origin) => {
    const url = `${open.url}/v1/chat/completions`;
    const asked = await fetch(url, { method: 'OPTIONS', headers: { origin, ...preflight } });
    const answered = await fetch(`${open.url}/v1/models`, { headers: { origin } });

    expect([asked.status, answered.status]).toEqual([204, 200]);
    for (const { headers } of [asked, answered]) {
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('vary')).toContain('origin');
    }
    expect(asked.headers.get('access-control-allow-headers')).toBe('content-type');
  });

  it.each(['https://example.com', 'http://localhost.example.com', 'http://192.168.0.7', 'null', 'http://', ''])(
    'keeps a page of %j out',
    async (origin) => {
      const url = `${open.url}/v1/chat/completions`;
      const asked = await fetch(url, { method: 'OPTIONS', headers: { origin, ...preflight } });
      const answered = await fetch(`${open.url}/v1/models`, { headers: { origin } });

      expect(asked.status).toBe(405);
      for (const { headers } of [asked, answered]) expect(headers.has('access-control-allow-origin')).toBe(false);
    },
  );
});

describe('the access log', () => {
  it('has one line per request with figures and without prompts or keys', async () => {
    const before = server.logLines().length;
    const response = await server.chat({ ...valid, stream: true });
    await response.text();
    await expect.poll(() => server.logLines().length).toBe(before + 1);

    expect(server.logLines().at(-1)).toMatchObject({
      requestId: response.headers.get('x-request-id'),
      keyId: 'config_test',
      method: 'POST',
      route: '/v1/chat/completions',
      model: 'test/model',
      status: 200,
      ttftMs: expect.any(Number),
      durationMs: expect.any(Number),
      promptTokens: 7,
      completionTokens: 1,
      finishReason: 'stop',
    });
    expect(server.logText()).not.toMatch(/secret-/);
    expect(server.logText()).not.toContain(server.key);
  });
});
