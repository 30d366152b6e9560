import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateKey } from '../../src/access/api-key.ts';
import { openKeptKeys, type KeptKeysUnderTest } from '../support/kept-keys.ts';
import { rawExchange } from '../support/raw-exchange.ts';
import { answer, scriptedEngine } from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

let kept: KeptKeysUnderTest;
let server: TestServer;
let lookups = 0;
beforeAll(async () => {
  kept = await openKeptKeys();
  const counting = {
    ...kept.store,
    findUsable: (digest: string) => {
      lookups += 1;
      return kept.store.findUsable(digest);
    },
  };
  server = await startTestServer(scriptedEngine(answer('x')), {
    keptKeys: { store: counting, onForeignChange: kept.onForeignChange },
  });
});
afterAll(async () => {
  await server.stop();
  await kept[Symbol.asyncDispose]();
});

const fragments = [
  "' OR '1'='1",
  "'; DROP TABLE keys; --",
  '" OR ""="',
  "' UNION SELECT digest FROM key_secrets --",
  '{"$gt":""}',
  '{"$ne":null}',
  '*)(uid=*))(|(uid=*',
  '../../etc/passwd',
  '%00',
  '%0d%0aX-Injected:1',
  '${jndi:ldap://x}',
  '{{7*7}}',
  '`id`',
  '__proto__',
  'constructor',
  'null',
  'undefined',
  'true',
  '0',
  'NaN',
  '\\u0000',
  '*',
  '%',
  '_',
  'key_none',
];

describe('what is no key', () => {
  it('is refused in the same words, and never reaches the store', async () => {
    const payloads = fragments.flatMap((text) => [text, `nvapi-${text}`, `${text}nvapi-`, generateKey() + text]);
    const tokens = payloads.flatMap((payload) => [
      payload,
      payload.replaceAll(' ', '/**/'),
      payload.toUpperCase(),
      encodeURIComponent(payload),
      Buffer.from(payload).toString('base64'),
    ]);
    expect(tokens.length).toBeGreaterThanOrEqual(500);
    const bodies = new Set<string>();
    for (const token of tokens) {
      // oxlint-disable-next-line no-await-in-loop -- five hundred connections at once prove nothing more
      const response = await fetch(`${server.url}/v1/manifold/keys`, { headers: { authorization: `Bearer ${token}` } });
      expect([token, response.status]).toEqual([token, 401]);
      // oxlint-disable-next-line no-await-in-loop -- as above
      bodies.add(await response.text());
    }
    expect(bodies.size).toBe(1);
    expect(lookups).toBe(0);
    expect(await kept.keys.list({}, { limit: 10 })).toEqual([]);
  });

  it('splits no header and no line of the log', async () => {
    const lines = [
      'GET /v1/models HTTP/1.1',
      'host: test',
      'authorization: Bearer a\u0000b',
      'connection: close',
      '',
      '',
    ];
    expect(await rawExchange(server.port, lines.join('\r\n'))).toMatch(/^HTTP\/1\.1 40[01]/);
  });
});

describe('a key', () => {
  it('shows up in no log line, error or list, whatever is done with it', async () => {
    const { key, plain } = await kept.make({ scopes: ['inference', 'admin', 'metrics'], name: 'canary' });
    const secrets = [plain];
    const as = { headers: { authorization: `Bearer ${plain}`, 'content-type': 'application/json' } };
    const seen: string[] = [];
    const call = async (path: string, init: RequestInit = {}) => {
      const response = await server.fetch(path, { ...init, ...as });
      const text = await response.text();
      seen.push(JSON.stringify([...response.headers]), text);
      return text;
    };
    const made = JSON.parse(await call('/v1/manifold/keys', { method: 'POST', body: '{}' })) as {
      key: string;
      id: string;
    };
    secrets.push(made.key);
    seen.pop();
    await call('/v1/chat/completions', {
      method: 'POST',
      body: JSON.stringify({ model: 'test/model', messages: [userMessage], user: plain }),
    });
    await call('/v1/chat/completions', {
      method: 'POST',
      body: JSON.stringify({ model: made.id, messages: [userMessage] }),
    });
    await call('/v1/manifold/keys', { method: 'POST', body: '{"nam' });
    await call('/v1/manifold/keys', { method: 'POST', body: JSON.stringify({ name: 7 }) });
    await call(`/v1/manifold/keys/${key.id}`, { method: 'PATCH', body: JSON.stringify({ weight: -1 }) });
    await call('/v1/manifold/keys');
    await call(`/v1/manifold/keys/${made.id}`);
    await call('/v1/manifold/audit');
    await call('/v1/manifold/me');
    await call('/v1/metrics');
    const rotated = JSON.parse(await call(`/v1/manifold/keys/${made.id}/rotate`, { method: 'POST', body: '{}' })) as {
      key: string;
    };
    secrets.push(rotated.key);
    seen.pop();
    await call(`/v1/manifold/keys/${made.id}/revoke`, { method: 'POST', body: '{}' });
    await server.fetch('/v1/models', { headers: { authorization: `Bearer ${rotated.key}` } });

    await expect.poll(() => server.logLines().length).toBeGreaterThan(12);
    expect(server.logText()).toContain(key.id);
    for (const text of [server.logText(), ...seen]) {
      for (const secret of secrets) {
        // Of the whole only the prefix of a list may be seen.
        expect(text).not.toContain(secret.slice(0, 14));
        expect(text).not.toContain(secret.slice(-12));
      }
    }
  });
});
