import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateKey } from '../../src/access/api-key.ts';
import type { LiveRoute } from '../../src/server/hooks/authenticate.ts';
import { openKeptKeys, type KeptKeysUnderTest } from '../support/kept-keys.ts';
import { rawExchange } from '../support/raw-exchange.ts';
import { answer, scriptedEngine } from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

const model = 'test/model';
let kept: KeptKeysUnderTest;
let server: TestServer;
let routes: readonly LiveRoute[];
beforeAll(async () => {
  kept = await openKeptKeys();
  server = await startTestServer(scriptedEngine(answer('secret-answer')), { keptKeys: kept });
  routes = server.server.app.liveRoutes;
});
afterAll(async () => {
  await server.stop();
  await kept[Symbol.asyncDispose]();
});

/** A request to a route that its validation would let through. */
const bodies: Readonly<Record<string, unknown>> = {
  '/v1/chat/completions': { model, messages: [userMessage] },
  '/v1/chat/completions/render': { model, messages: [userMessage] },
  '/v1/completions': { model, prompt: 'x' },
  '/v1/completions/render': { model, prompt: 'x' },
  '/v1/embeddings': { model, input: 'x' },
  '/tokenize': { model, prompt: 'x' },
  '/v1/tokenize': { model, prompt: 'x' },
  '/detokenize': { model, tokens: [1] },
  '/v1/detokenize': { model, tokens: [1] },
};

async function ask(route: LiveRoute, key: string | undefined, id = 'key_none') {
  const path = route.path.replace('*', model).replace(':id', id);
  const hasBody = route.method !== 'GET' && route.method !== 'HEAD';
  const response = await fetch(server.url + path, {
    method: route.method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(hasBody && { 'content-type': 'application/json' }),
    },
    ...(hasBody && { body: JSON.stringify(bodies[route.path] ?? {}) }),
  });
  const text = await response.text();
  const code = text.startsWith('{') ? (JSON.parse(text) as { error?: { code: string } }).error?.code : undefined;
  return { status: response.status, code: code ?? null, text };
}

async function walk(key: string | undefined, isMeant: (route: LiveRoute) => boolean) {
  const meant = routes.filter(isMeant);
  expect(meant.length).toBeGreaterThan(3);
  return Promise.all(
    meant.map(async (route) => ({ route: `${route.method} ${route.path}`, ...(await ask(route, key)) })),
  );
}

const byText = (one: string, other: string) => one.localeCompare(other);
const isScoped = (access: LiveRoute['access']) => access !== 'public' && access !== 'key';
const isPrivate = ({ access }: LiveRoute) => access !== 'public';

describe('every route of the live table', () => {
  it('is known to this test', () => {
    const scopes = Object.groupBy(routes, ({ access }) => access);
    expect(Object.keys(scopes).toSorted()).toEqual(['admin', 'inference', 'key', 'metrics', 'public']);
    expect(scopes.admin?.map(({ path }) => path)).toEqual(expect.arrayContaining(['/v1/manifold/keys']));
    const posts = routes.filter(({ method, access }) => method === 'POST' && access === 'inference');
    expect(posts.map(({ path }) => path).toSorted()).toEqual(Object.keys(bodies).toSorted());
  });

  it('that is not public answers 401 without a key, and in the same words to any that opens nothing', async () => {
    const revoked = await kept.make();
    await kept.keys.revoke({}, revoked.key.id);
    const paused = await kept.make();
    await kept.keys.change({}, paused.key.id, { status: 'paused' });

    for (const { status, code } of await walk(undefined, isPrivate))
      expect([status, code ?? 'missing_api_key']).toEqual([401, 'missing_api_key']);
    const answers = await Promise.all(
      [generateKey(), 'nonsense', 'nvapi-x', revoked.plain, paused.plain].map((key) => walk(key, isPrivate)),
    );
    for (const walked of answers) {
      expect(new Set(walked.map(({ status }) => status))).toEqual(new Set([401]));
      expect(walked.map(({ text }) => text)).toEqual(answers[0]?.map(({ text }) => text));
    }
  });

  it('answers 403 to a key of another scope, before it looks at the body', async () => {
    const keys = {
      inference: await kept.make({ scopes: ['inference'] }),
      metrics: await kept.make({ scopes: ['metrics'] }),
      admin: await kept.make({ scopes: ['admin'] }),
    };
    for (const [scope, { plain }] of Object.entries(keys)) {
      const walked = await walk(plain, ({ access }) => access !== 'public' && access !== 'key' && access !== scope);
      for (const { route, status, code } of walked)
        expect([route, status, code ?? 'endpoint_not_allowed']).toEqual([route, 403, 'endpoint_not_allowed']);
    }
  });

  it('answers 403 to a key that may use other endpoints', async () => {
    const { plain } = await kept.make({ scopes: ['inference', 'metrics', 'admin'], endpoints: ['/v1/nothing'] });
    for (const { route, status } of await walk(plain, ({ access }) => access !== 'public' && access !== 'key'))
      expect([route, status]).toEqual([route, 403]);
  });

  it('is open to a key whose endpoints name it as the API document does, and to no other', async () => {
    const { paths } = (await (await server.fetch('/openapi.json')).json()) as { paths: object };
    const scopes = ['inference', 'metrics', 'admin'] as const;
    const opened = new Set<string>();
    for (const path of Object.keys(paths)) {
      const { plain } = await kept.make({ scopes: [...scopes], endpoints: [path] });
      const walked = await walk(plain, ({ access, method }) => isScoped(access) && method !== 'HEAD');
      for (const { route, code } of walked) if (code !== 'endpoint_not_allowed') opened.add(`${path} ${route}`);
    }

    const scoped = routes.filter(({ access, method }) => isScoped(access) && method !== 'HEAD');
    expect([...opened].map((each) => each.slice(each.indexOf(' ') + 1)).toSorted(byText)).toEqual(
      scoped.map(({ method, path }) => `${method} ${path}`).toSorted(byText),
    );
    expect(opened).toContain('/v1/models/{model} GET /v1/models/*');
  });

  it('gives a key without models no model, and lists none', async () => {
    const { plain } = await kept.make({ models: [] });
    const walked = await walk(plain, ({ access }) => access === 'inference');
    for (const { route, status, code } of walked) {
      const isList = route.endsWith('/v1/models');
      expect([route, status, code]).toEqual([
        route,
        isList ? 200 : 403,
        isList || route.startsWith('HEAD') ? null : 'model_not_allowed',
      ]);
    }
    for (const { text } of await walk(plain, ({ access }) => access !== 'admin'))
      expect(text).not.toContain('secret-answer');
    for (const path of ['/v1/models', '/v1/metadata', '/v1/manifest', '/v1/manifold/me'])
      expect((await ask({ method: 'GET', path, access: 'key' }, plain)).text).not.toContain(model);
  });

  it('shows and does nothing to a key of another team', async () => {
    const admin = await kept.make({ team: 'search', scopes: ['inference', 'admin'] });
    const other = await kept.make({ team: 'ads', name: 'canary-of-ads' });
    const admins = routes.filter(({ access }) => access === 'admin');

    for (const route of admins) {
      const { status, text } = await ask(route, admin.plain, other.key.id);
      expect(text).not.toContain('canary-of-ads');
      const isOfOne = route.path.includes(':id');
      expect([route.method, route.path, status === 404]).toEqual([route.method, route.path, isOfOne]);
    }
    expect(await kept.keys.get({}, other.key.id)).toEqual(other.key);
  });
});

describe('who asks', () => {
  const targets = [
    '/v1/manifold/keys',
    'http://localhost/v1/manifold/keys',
    'http://127.0.0.1/v1/manifold/keys#@evil',
    '/v1/manifold/keys?x=/v1/health/live',
    '//v1/health/live/../../manifold/keys',
    '/v1/health/live/../../manifold/keys',
    '/v1/health/live/..%2f..%2fmanifold/keys',
    '/v1/manifold/keys/',
    '/v1/manifold//keys',
    '/V1/manifold/keys',
    '/v1/manifold/%6beys',
    '/v1/manifold/keys;x',
  ];
  const headers = [
    [],
    ['host: localhost'],
    ['host: 127.0.0.1@evil'],
    ['x-forwarded-host: localhost', 'x-forwarded-for: 127.0.0.1', 'x-real-ip: 127.0.0.1'],
    ['forwarded: for=127.0.0.1;host=localhost'],
    ['x-original-url: /v1/health/live', 'x-rewrite-url: /v1/health/live'],
    ['x-http-method-override: GET', 'x-forwarded-proto: https'],
    ['x-manifold-scopes: admin', 'x-user: root'],
    ['authorization: Basic YWRtaW46YWRtaW4='],
    ['cookie: key=admin'],
  ];

  it('is decided by the key alone, whatever URL and headers a request has', async () => {
    const { plain } = await kept.make({ scopes: ['inference'] });
    const cases = targets.flatMap((target) => headers.map((more) => ({ target, more })));
    for (const { target, more } of cases) {
      const host = more.some((line) => line.startsWith('host:')) ? [] : ['host: test'];
      const own = more.some((line) => line.startsWith('authorization:')) ? [] : [`authorization: Bearer ${plain}`];
      const lines = [`GET ${target} HTTP/1.1`, ...host, ...more, ...own, 'connection: close', '', ''];
      const text = await rawExchange(server.port, lines.join('\r\n'));
      expect([target, more, /^HTTP\/1\.1 (?:400|401|403|404|405)/.test(text)]).toEqual([target, more, true]);
      expect(text).not.toContain('"object":"list"');
    }
  });

  it('is nobody with two keys, or with one in the URL', async () => {
    const two = [`authorization: Bearer ${server.key}`, 'Authorization: Bearer x'];
    for (const more of [two, two.toReversed()]) {
      const lines = ['GET /v1/models HTTP/1.1', 'host: test', ...more, 'connection: close', '', ''];
      expect(await rawExchange(server.port, lines.join('\r\n'))).toMatch(/^HTTP\/1\.1 401/);
    }
    const inUrl = await fetch(`${server.url}/v1/models?api_key=${server.key}&authorization=Bearer%20${server.key}`);
    expect(inUrl.status).toBe(401);
  });
});
