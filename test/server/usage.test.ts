import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usageReport } from '../../src/api/usage-report.ts';
import { scriptedEngine } from '../support/scripted-engine.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { openTestLedger, type TestLedger, usageRecord } from '../support/usage.ts';

let directory: string;
let test: TestLedger;
let server: TestServer;
/** Without keys everybody is somebody who manages nothing. */
let keyless: TestServer;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'manifold-usage-'));
  test = await openTestLedger(directory);
  server = await startTestServer(scriptedEngine([]), {
    ledger: test.ledger,
    settings: { auth: { keys: [{ key: ofBlue, id: 'blue', team: 'blue', scopes: ['admin'] }] } },
  });
  keyless = await startTestServer(scriptedEngine([]), {
    ledger: test.ledger,
    settings: { auth: { enabled: false } },
  });
  const now = Date.now();
  void test.ledger.append(usageRecord({ id: 'mine', at: now, keyId: 'key_test', team: '=cmd()', promptTokens: 10 }));
  const at = Date.UTC(2020, 0, 15);
  void test.ledger.append(usageRecord({ id: 'blue', at, keyId: 'key_blue', team: 'blue', promptTokens: 7 }));
  void test.ledger.append(usageRecord({ id: 'red', at, keyId: 'key_red', team: 'red', promptTokens: 8 }));
  void test.ledger.append(usageRecord({ id: 'theirs', at: now, keyId: 'key_other', promptTokens: 100 }));
  void test.ledger.append(usageRecord({ id: 'nobody', at: now, keyId: 'anonymous', promptTokens: 1000 }));
});
afterAll(async () => {
  await Promise.all([server.stop(), keyless.stop()]);
  await test.ledger.close();
  await test.store.close();
  rmSync(directory, { recursive: true, force: true });
});

const ofBlue = 'key-of-the-blue-team';
const usage = (query = '') => server.fetch(`/v1/manifold/usage${query}`);

describe('GET /v1/manifold/usage', () => {
  it("tells a key's use up to now, in the form of the API document", async () => {
    const body: unknown = await (await usage('?by=key,model')).json();

    expect(usageReport.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      object: 'usage_report',
      by: ['key', 'model'],
      data: [
        { key: 'anonymous', model: 'm/one', requests: 1, prompt_tokens: 1000 },
        { key: 'key_other', model: 'm/one', requests: 1, prompt_tokens: 100 },
        { key: 'key_test', model: 'm/one', requests: 1, prompt_tokens: 10, cost_usd: 0.0000015 },
      ],
      total: { requests: 3, prompt_tokens: 1110 },
    });
  });

  it('tells it as CSV that no spreadsheet takes for a formula', async () => {
    const response = await usage('?by=team&format=csv&key=key_test');

    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(await response.text()).toMatch(/^team,requests,.*\r\n'=cmd\(\),1,/);
  });

  it.each([
    ['?by=prompt', 'by'],
    ['?by=hour,day', 'by'],
    ['?from=yesterday', 'from'],
    ['?from=2026-02-01&to=2026-01-01', 'to'],
    ['?format=xml', 'format'],
    ['?key=', 'key'],
    ['?by=key&by=model', 'by'],
    ['?keys=a', 'keys'],
    ['?__proto__=a', '__proto__'],
  ])('refuses %s, naming %s', async (query, param) => {
    const response = await usage(query);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param, message: expect.any(String) as string } });
  });

  it('tells who manages nothing of their own use only', async () => {
    const of = (query: string) => keyless.fetch(`/v1/manifold/usage${query}`);

    expect(await (await of('?by=key')).json()).toMatchObject({ data: [{ key: 'anonymous', prompt_tokens: 1000 }] });
    expect(await (await of('?key=anonymous')).json()).toMatchObject({ total: { prompt_tokens: 1000 } });
    expect((await of('?key=key_other')).status).toBe(400);
    expect(await (await of('?team=blue')).json()).toMatchObject({ total: { prompt_tokens: 1000 } });
  });

  it('tells who manages the keys of a team what that team used', async () => {
    const headers = { authorization: `Bearer ${ofBlue}` };
    const of = (query: string) => server.fetch(`/v1/manifold/usage?from=2020-01-01&to=2020-02-01${query}`, { headers });

    for (const query of ['&by=team', '&by=team&team=blue', '&by=team&key=key_blue'])
      expect(await (await of(query)).json()).toMatchObject({ data: [{ team: 'blue', prompt_tokens: 7 }] });
    expect(await (await of('&key=key_red')).json()).toMatchObject({ data: [], total: { prompt_tokens: 0 } });
    expect((await of('&team=red')).status).toBe(400);
  });

  it('tells each key its own of this month beside what it may do', async () => {
    const me = (await (await keyless.fetch('/v1/manifold/me')).json()) as { usage: { total: object } };

    expect(me.usage.total).toMatchObject({ requests: 1, prompt_tokens: 1000 });
  });

  it('asks for a key', async () => {
    expect((await fetch(`${server.url}/v1/manifold/usage`)).status).toBe(401);
  });
});
