import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { config as configSchema } from '../../src/config/config.ts';
import { openKeptKeys, type KeptKeysUnderTest } from '../support/kept-keys.ts';
import { answer, piece, scriptedEngine } from '../support/scripted-engine.ts';
import { configOf, startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

const model = 'test/model';
let dir: string;
let kept: KeptKeysUnderTest;
let elsewhere: KeptKeysUnderTest;
let server: TestServer;
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'revoking-'));
  kept = await openKeptKeys(path.join(dir, 'manifold.db'));
  // As another process has them.
  elsewhere = await openKeptKeys(path.join(dir, 'manifold.db'));
});
afterEach(async () => {
  await server.stop();
  await Promise.all([kept, elsewhere].map((each) => each[Symbol.asyncDispose]()));
  rmSync(dir, { recursive: true });
});

const stream = async (key: string) => {
  const response = await server.chat(
    { model, messages: [userMessage], stream: true },
    { headers: { authorization: `Bearer ${key}` } },
  );
  return { status: response.status, text: response.text() };
};
const status = async (key: string) =>
  (await server.fetch('/v1/manifold/me', { headers: { authorization: `Bearer ${key}` } })).status;

describe('a key that another process revokes', () => {
  it('opens nothing soon after, and lets running answers finish', async () => {
    const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
    const slow = [piece('first '), { until }, ...answer('last')];
    server = await startTestServer(scriptedEngine(slow), { keptKeys: kept });
    const { key, plain } = await kept.make();
    const running = await stream(plain);
    expect(await status(plain)).toBe(200);

    await elsewhere.keys.revoke({}, key.id);

    await expect.poll(() => status(plain), { interval: 20 }).toBe(401);
    goOn();
    expect(await running.text).toMatch(/last[^]*\[DONE\]/);
  });

  it('ends running answers where that is asked for, with an error and no end of its own', async () => {
    const engine = scriptedEngine([piece('first '), 'stall']);
    server = await startTestServer(engine, { keptKeys: kept, settings: { auth: { onRevoke: 'abort' } } });
    const [victim, bystander] = [await kept.make(), await kept.make()];
    const running = await stream(victim.plain);
    const other = await stream(bystander.plain);
    await expect.poll(() => engine.open()).toBe(2);

    await elsewhere.keys.revoke({}, victim.key.id);
    const text = await running.text;

    expect(text).toContain('"code":"invalid_api_key"');
    expect(text).not.toContain('[DONE]');
    await expect.poll(() => engine.open()).toBe(1);
    void server.stop();
    await other.text.catch(() => undefined);
  });
});

describe('a configuration that is read anew', () => {
  const own = 'configured-key-0123456789';

  it('brings and ends keys, and names what waits for the next start', async () => {
    const settings = (keys: readonly string[]) => ({ auth: { keys, onRevoke: 'abort' } });
    server = await startTestServer(scriptedEngine([piece('first '), 'stall']), { settings: settings([own]) });
    const running = await stream(own);
    expect(await status(own)).toBe(200);
    expect(await status(`${own}-new`)).toBe(401);

    const next = configOf({ ...settings([`${own}-new`]), port: 1234 }, server.key);
    expect(server.server.reload(next)).toEqual(['port']);

    expect([await status(own), await status(`${own}-new`), await status(server.key)]).toEqual([401, 200, 200]);
    expect(await running.text).toContain('"code":"invalid_api_key"');
  });

  it('ends the answers of keys that it takes away by the policy that it brings', async () => {
    const finishing = { auth: { keys: [own], onRevoke: 'finish' } };
    server = await startTestServer(scriptedEngine([piece('first '), 'stall']), { settings: finishing });
    const running = await stream(own);

    server.server.reload(configOf({ auth: { keys: [], onRevoke: 'abort' } }, server.key));

    expect(await running.text).toContain('"code":"invalid_api_key"');
  });

  it('ends the answers of a key that an earlier reload left', async () => {
    const aborting = (keys: readonly unknown[]) => ({ auth: { keys, onRevoke: 'abort' } });
    server = await startTestServer(scriptedEngine([piece('first '), 'stall']), { settings: aborting([own]) });
    const running = await stream(own);
    server.server.reload(configOf(aborting([{ key: own, weight: 2 }]), server.key));

    server.server.reload(configOf(aborting([]), server.key));

    expect(await running.text).toContain('"code":"invalid_api_key"');
  });

  it('keeps what it has when a part cannot take it', async () => {
    server = await startTestServer(scriptedEngine(answer('x')), { settings: { auth: { keys: [own] } } });
    const broken = { ...configSchema.parse({}), auth: { enabled: true, keys: [null] } } as never;

    expect(() => server.server.reload(broken)).toThrow('null');
    expect(await status(own)).toBe(200);
  });
});
