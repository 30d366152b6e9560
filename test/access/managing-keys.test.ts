import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateKey } from '../../src/access/api-key.ts';
import { SqliteFailure, sqliteCode } from '../../src/store/sqlite-failure.ts';
import { storageProblem } from '../../src/store/storage-problem.ts';
import { openKeptKeys, type KeptKeysUnderTest } from '../support/kept-keys.ts';
import { answer, scriptedEngine } from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

let kept: KeptKeysUnderTest;
let server: TestServer;
beforeAll(async () => {
  kept = await openKeptKeys();
  server = await startTestServer(scriptedEngine(answer('hello')), {
    keptKeys: kept,
    models: {
      'meta/a': scriptedEngine(answer('a')),
      'meta/b': scriptedEngine(answer('b')),
      other: scriptedEngine(answer('o')),
    },
  });
});
afterAll(async () => {
  await server.stop();
  await kept[Symbol.asyncDispose]();
});

type Body = Record<string, unknown>;
async function send(method: string, path: string, body?: unknown, { key = server.key, headers = {} } = {}) {
  const response = await fetch(server.url + path, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const json = (await response.json()) as Body & { error?: { code: string; param: string | null; message: string } };
  return { status: response.status, headers: response.headers, json };
}
const keys = '/v1/manifold/keys';
const chat = (key: string, model = 'meta/a') =>
  send('POST', '/v1/chat/completions', { model, messages: [userMessage] }, { key });

describe('a key', () => {
  it.each(['application/json', 'text/plain'])(
    'is made, rotated and revoked without a body of type %s',
    async (type) => {
      const headers = { 'content-type': type };
      const made = await send('POST', keys, undefined, { headers });
      expect(made.status).toBe(201);
      const one = `${keys}/${made.json['id'] as string}`;
      expect(await send('POST', `${one}/rotate`, undefined, { headers })).toMatchObject({ status: 200 });
      expect(await send('POST', `${one}/revoke`, undefined, { headers })).toMatchObject({
        status: 200,
        json: { status: 'revoked' },
      });
    },
  );

  it('is made, shown once, used, changed, rotated and revoked over HTTP', async () => {
    const made = await send('POST', keys, { name: 'ci', models: ['meta/*'] });
    expect(made.status).toBe(201);
    const { id, key } = made.json as { id: string; key: string };
    expect((await chat(key)).status).toBe(200);
    expect((await chat(key, 'other')).json.error).toMatchObject({ code: 'model_not_allowed', param: 'model' });
    expect((await chat(key, 'none')).json.error).toMatchObject({ code: 'model_not_found' });

    expect((await send('GET', `${keys}/${id}`)).json).not.toHaveProperty('key');
    await send('PATCH', `${keys}/${id}`, { models: ['other'] });
    expect([(await chat(key)).status, (await chat(key, 'other')).status]).toEqual([403, 200]);

    const rotated = await send('POST', `${keys}/${id}/rotate`);
    const { key: next } = rotated.json as { key: string };
    expect([(await chat(key, 'other')).status, (await chat(next, 'other')).status]).toEqual([401, 200]);

    // Without waiting: when the answer is there, so is the effect.
    await send('POST', `${keys}/${id}/revoke`);
    expect((await chat(next, 'other')).status).toBe(401);
    const audit = await send('GET', `/v1/manifold/audit?target=${id}`);
    const entries = audit.json['data'] as { action: string; actor: string; requestId: string }[];
    expect(entries.map(({ action, actor }) => `${actor} ${action}`)).toEqual(
      ['revoke', 'rotate', 'change', 'create'].map((action) => `config_test ${action}`),
    );
    expect(entries.at(-1)?.requestId).toBe(made.headers.get('x-request-id'));
    expect(JSON.stringify(audit.json)).not.toContain(key);
  });

  it('lists the models that it may use, and learns of itself without spending anything', async () => {
    const { plain } = await kept.make({ name: 'n', models: ['meta/*'], limits: { requestsPerMinute: 7 } });

    const { json } = await send('GET', '/v1/models', undefined, { key: plain });
    expect((json['data'] as { id: string }[]).map(({ id }) => id)).toEqual(['meta/a', 'meta/b']);
    expect((await send('GET', '/v1/models/other', undefined, { key: plain })).status).toBe(403);
    expect((await send('GET', '/v1/manifold/me', undefined, { key: plain })).json).toMatchObject({
      object: 'me',
      name: 'n',
      scopes: ['inference'],
      models: ['meta/*'],
      usableModels: ['meta/a', 'meta/b'],
      limits: { requestsPerMinute: 7 },
      expiresAt: null,
    });
  });

  it('learns what is left, as often as it likes', async () => {
    const { plain } = await kept.make({ limits: { requestsPerMinute: 7 } });
    const remaining = async () => {
      const { json } = await send('GET', '/v1/manifold/me', undefined, { key: plain });
      const states = json['remaining'] as { kind: string; dimension: string; remaining: number }[];
      return states.find(({ kind, dimension }) => kind === 'key' && dimension === 'requestsPerMinute')?.remaining;
    };

    expect([await remaining(), await remaining(), await remaining()]).toEqual([7, 7, 7]);
    await chat(plain);
    await chat(plain);
    expect(await remaining()).toBe(5);
  });

  it('asked for twice under one Idempotency-Key is made once', async () => {
    const headers = { 'idempotency-key': 'wish-17' };
    const first = await send('POST', keys, { name: 'once' }, { headers });
    const second = await send('POST', keys, { name: 'once' }, { headers });

    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.json).toEqual({ ...first.json, key: null });
    expect((await send('POST', keys, { name: 'other' }, { headers })).json.error?.code).toBe('key_conflict');
    const wrong = await send('POST', keys, {}, { headers: { 'idempotency-key': 'x'.repeat(300) } });
    expect(wrong.json.error).toMatchObject({ code: 'invalid_value', param: 'Idempotency-Key' });
  });
});

describe('a body', () => {
  it.each<[string, unknown, string]>([
    ['an id of its own', { id: 'key_mine' }, 'id'],
    ['a text of its own', { key: 'nvapi-mine' }, 'key'],
    ['a digest', { digest: 'ab' }, 'digest'],
    ['a status', { status: 'active' }, 'status'],
    ['a date of birth', { createdAt: '2020-01-01T00:00:00Z' }, 'createdAt'],
    ['a revision', { revision: 0 }, 'revision'],
    ['a role', { role: 'admin' }, 'role'],
    ['an unknown limit', { limits: { everything: 1 } }, 'everything'],
  ])('with %s is refused, and nothing is made', async (_, body, named) => {
    const before = (await kept.keys.list({}, { limit: 1000 })).length;
    const { status, json } = await send('POST', keys, body);
    expect([status, json.error?.message]).toEqual([400, expect.stringContaining(named)]);
    expect(await kept.keys.list({}, { limit: 1000 })).toHaveLength(before);
  });

  it.each<[unknown, string]>([
    [{ scopes: ['root'] }, 'scopes[0]'],
    [{ scopes: [] }, 'scopes'],
    [{ name: 'a\nb' }, 'name'],
    [{ team: '../x' }, 'team'],
    [{ models: 'meta/*' }, 'models'],
    [{ limits: { requestsPerMinute: -1 } }, 'limits.requestsPerMinute'],
    [{ limits: { everything: 1 } }, 'limits.everything'],
    [{ role: 'admin' }, 'role'],
    [{ weight: 0 }, 'weight'],
    [{ expiresAt: 'tomorrow' }, 'expiresAt'],
    [{ expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
  ])('%j is a 400 that names %s', async (body, param) => {
    expect((await send('POST', keys, body)).json.error).toMatchObject({ param });
  });

  it('cannot change what only routes of their own change', async () => {
    const { key } = await kept.make();
    for (const body of [{ status: 'revoked' }, { id: 'x' }, { secrets: [] }, { createdAt: null }])
      expect((await send('PATCH', `${keys}/${key.id}`, body)).status).toBe(400);
    expect(await kept.keys.get({}, key.id)).toEqual(key);
  });

  it('of a revocation has no field', async () => {
    const { key } = await kept.make();
    const revoke = `${keys}/${key.id}/revoke`;
    expect((await send('POST', revoke, { overlapSeconds: 60 })).json.error).toMatchObject({ param: 'overlapSeconds' });
    expect(await kept.keys.get({}, key.id)).toEqual(key);
    expect((await send('POST', revoke, {})).status).toBe(200);
  });

  it('of a query is as strict', async () => {
    for (const query of ['team=a&team=b', 'limit=0', 'limit=x', 'everything=1', 'after='.padEnd(90, 'x')])
      expect([query, (await send('GET', `${keys}?${query}`)).status]).toEqual([query, 400]);
    expect((await send('GET', `/v1/manifold/audit?actor=x`)).status).toBe(400);
  });
});

describe('the audit log', () => {
  it('can be asked for what was done to a model of any name that is in it', async () => {
    const target = 'hf:org/name'.padEnd(256, '-long');
    await kept.keys.note({}, { action: 'load', target, details: {} });

    const found = await send('GET', `/v1/manifold/audit?target=${encodeURIComponent(target)}`);

    expect(found).toMatchObject({ status: 200, json: { data: [{ action: 'load', target }] } });
  });
});

describe('nobody grants more than they have', () => {
  it('field by field, for new keys and changed ones', async () => {
    const admin = await kept.make({
      team: 'search',
      scopes: ['inference', 'admin'],
      models: ['meta/*'],
      endpoints: ['/v1/chat/*', '/v1/manifold/*'],
      limits: { requestsPerMinute: 10 },
      expiresAt: '2999-01-01T00:00:00Z',
    });
    const as = { key: admin.plain };
    const same = {
      team: 'search',
      scopes: ['inference'],
      models: ['meta/a'],
      endpoints: ['/v1/chat/completions'],
      limits: { requestsPerMinute: 10 },
      expiresAt: '2998-01-01T00:00:00Z',
    };
    const { json: mine } = await send('POST', keys, same, as);
    expect(mine.error).toBeUndefined();
    const beyond: Record<string, unknown[]> = {
      scopes: [['inference', 'metrics'], ['metrics']],
      team: [null, 'ads'],
      models: [null, ['*'], ['other']],
      endpoints: [null, ['/v1/*']],
      limits: [{}, { requestsPerMinute: 11 }],
      weight: [2],
      expiresAt: [null, '2999-01-01T00:00:01Z'],
    };
    for (const [field, values] of Object.entries(beyond))
      for (const value of values) {
        const made = await send('POST', keys, { ...same, [field]: value }, as);
        const changed = await send('PATCH', `${keys}/${String(mine['id'])}`, { [field]: value }, as);
        const itself = await send('PATCH', `${keys}/${admin.key.id}`, { [field]: value }, as);
        for (const { status, json } of [made, changed, itself])
          expect([field, value, status, json.error?.param]).toEqual([field, value, 403, field]);
      }
  });
});

describe('the routes for managing keys', () => {
  it('are nobody’s where keys are switched off', async () => {
    const open = await startTestServer(scriptedEngine(answer('x')), {
      keptKeys: kept,
      settings: { auth: { enabled: false } },
    });
    try {
      expect((await fetch(`${open.url}/v1/models`)).status).toBe(200);
      for (const path of [keys, '/v1/manifold/audit']) expect((await fetch(open.url + path)).status).toBe(403);
      expect((await fetch(open.url + keys, { method: 'POST' })).status).toBe(403);
    } finally {
      await open.stop();
    }
  });

  it('are closed to pages of other origins', async () => {
    const preflight = await fetch(server.url + keys, {
      method: 'OPTIONS',
      headers: { origin: 'http://page', 'access-control-request-method': 'POST' },
    });
    const listed = await send('GET', keys, undefined, { headers: { origin: 'http://page' } });

    expect(preflight.status).toBe(405);
    expect(preflight.headers.get('allow')).toBe('GET, POST, HEAD');
    for (const { headers } of [preflight, listed])
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('are answered on an address of their own where there is one, and nowhere else', async () => {
    const apart = await startTestServer(scriptedEngine(answer('x')), {
      keptKeys: kept,
      settings: { admin: { port: 0 } },
    });
    try {
      const adminUrl = apart.server.adminUrl() ?? '';
      const headers = { authorization: `Bearer ${apart.key}` };
      expect((await fetch(adminUrl + keys, { headers })).status).toBe(200);
      expect((await fetch(adminUrl + keys)).status).toBe(401);
      expect((await fetch(`${adminUrl}/v1/models`, { headers })).status).toBe(404);
      expect((await apart.fetch(keys)).status).toBe(404);
      const document = (await (await apart.fetch('/openapi.json')).json()) as { paths: object };
      expect(Object.keys(document.paths)).not.toContain(keys);
    } finally {
      await apart.stop();
    }
  });

  it('are described in the API document', async () => {
    const { json } = await send('GET', '/openapi.json');
    const paths = json['paths'] as Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
    expect(Object.keys(paths)).toEqual(expect.arrayContaining([keys, `${keys}/{id}`, `${keys}/{id}/rotate`]));
    expect(paths[`${keys}/{id}`]?.['patch']?.parameters).toMatchObject([{ name: 'id', in: 'path' }]);
    expect(paths[keys]?.['get']?.parameters?.map(({ name }) => name)).toEqual(['team', 'after', 'limit']);
  });
});

describe('a model that a key may not use', () => {
  it('is to it as if it did not exist, where that is asked for', async () => {
    const hiding = await startTestServer(scriptedEngine(answer('x')), {
      keptKeys: kept,
      settings: { auth: { hideModels: true } },
      models: { 'meta/secret-model': scriptedEngine(answer('a')), 'meta/open-model': scriptedEngine(answer('b')) },
    });
    try {
      const { plain } = await kept.make({ models: ['meta/open*'] });
      const ask = async (model: string) => {
        const headers = { authorization: `Bearer ${plain}` };
        const response = await hiding.chat({ model, messages: [userMessage] }, { headers });
        return { status: response.status, text: (await response.text()).replaceAll(model, 'MODEL') };
      };
      const hidden = await ask('meta/secret-model');
      const absent = await ask('meta/secret-modem');
      expect(hidden.status).toBe(404);
      expect(hidden).toEqual(absent);
      expect(absent.text).not.toContain('secret-model');
    } finally {
      await hiding.stop();
    }
  });
});

describe('a database that cannot be used', () => {
  it('is a 503 that may be tried again, whose cause is in the log', async () => {
    const cause = new SqliteFailure({ message: 'database or disk is full', code: sqliteCode.full });
    const fail = () => Promise.reject(storageProblem(cause));
    const broken = { ...kept, store: { ...kept.store, add: fail, findUsable: fail } };
    const other = await startTestServer(scriptedEngine(answer('hello')), { keptKeys: broken });

    for (const [key, path] of [
      [other.key, keys],
      [generateKey(), '/v1/chat/completions'],
    ] as const) {
      const response = await fetch(other.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: '{}',
      });

      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('5');
      expect(await response.json()).toMatchObject({ error: { code: 'storage_unavailable' } });
    }
    expect(other.logText()).toContain('database or disk is full');
    await other.stop();
  });
});
