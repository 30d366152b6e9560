import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseEventStream } from '../../src/lib/sse-parser.ts';
import { aMoment } from '../support/a-moment.ts';
import { madeWeights, startHubServer, type HubServer } from '../support/hub-server.ts';
import { runManifold } from '../support/run-manifold.ts';
import { writeScriptedModel } from '../support/scripted-model.ts';
import { startServerProcess } from '../support/server-process.ts';

let hub: HubServer;
let dir: string;
beforeAll(async () => {
  hub = await startHubServer();
  const model = writeScriptedModel();
  hub.put('org/scripted', { 'scripted-F32.gguf': readFileSync(model.path) });
  hub.put('org/large', { 'large-Q4_K_M.gguf': madeWeights(2_000_000) });
  model.remove();
  dir = mkdtempSync(join(tmpdir(), 'manifold-served-'));
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

const env = () => ({ HOME: dir, HF_ENDPOINT: hub.url });
const run = (...args: string[]) => runManifold(args, { cwd: dir, env: env() });

describe('a model of a hub', () => {
  it('that was pulled is served, and is not removed while it is', async () => {
    const { stdout } = await run('pull', 'hf:org/scripted');
    const server = await startServerProcess({ modelPath: 'hf:org/scripted:F32', env: env() });

    expect((await server.chat('hello')).status).toBe(200);
    const refused = await run('rm', 'hf:org/scripted');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^manifold: hf:org\/scripted:F32 is loaded by process \d+; unload it or stop/);
    expect(existsSync(stdout.trim())).toBe(true);

    await server.stop();
    expect((await run('rm', 'hf:org/scripted')).code).toBe(0);
    await server[Symbol.asyncDispose]();
  });

  it('that was not pulled says how to get it, and the server lives', async () => {
    await using server = await startServerProcess({ modelPath: 'hf:org/none:Q4_K_M', env: env(), until: 'settled' });

    const response = await server.chat('hello');

    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining('`manifold pull hf:org/none:Q4_K_M` brings them') },
    });
    expect(server.stderr()).toContain('manifold pull hf:org/none:Q4_K_M');
  });
});

describe('POST /v1/manifold/pull', () => {
  it('downloads, and tells how far it is and how the limits stand', async () => {
    const config = { limits: { perKey: { requestsPerMinute: 600 } } };
    await using server = await startServerProcess({ env: env(), config });
    const ask = (body: object) =>
      server.fetch('/v1/manifold/pull', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });

    const trial = await ask({ model: 'hf:org/large', dry_run: true });
    expect(await trial.json()).toMatchObject({
      status: 'planned',
      model: 'hf:org/large:Q4_K_M',
      total_bytes: 2_000_000,
      present_bytes: 0,
    });
    for (const [body, status, code] of [
      [{ model: 'hf:org/none' }, 403, 'weights_denied'],
      [{ model: 'hf:org/large:Q6_K' }, 404, 'weights_not_found'],
      [{ model: '/etc/passwd' }, 400, 'invalid_value'],
      [{ model: `${hub.cdnUrl}/blob/org/large/large-Q4_K_M.gguf` }, 400, 'invalid_value'],
      [{ model: 'hf:org/large', name: 'x' }, 400, 'invalid_value'],
      [{}, 400, 'missing_required_parameter'],
    ] as const) {
      const refused = await ask(body);
      expect([refused.status, ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([
        status,
        code,
      ]);
    }

    hub.always = { slowMs: 20 };
    const askedAt = performance.now();
    const response = await ask({ model: 'hf:org/large' });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('600');
    const events = (await Array.fromAsync(parseEventStream(response.body as AsyncIterable<Uint8Array>))).map((text) =>
      text === '[DONE]' ? text : (JSON.parse(text) as { status: string; bytes?: number }),
    );
    hub.always = {};
    expect(events[0]).toMatchObject({ object: 'manifold.pull', status: 'planned' });
    expect(events.at(-2)).toMatchObject({ object: 'manifold.pull', status: 'done', total_bytes: 2_000_000 });
    expect(events.at(-1)).toBe('[DONE]');
    const bytes = events.flatMap((event) => (typeof event === 'string' ? [] : (event.bytes ?? [])));
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    expect(bytes.at(-1)).toBe(2_000_000);
    expect(bytes.length).toBeLessThan(10 + (performance.now() - askedAt) / 250);

    const sent = hub.fileBytes();
    expect(await (await ask({ model: 'hf:org/large', stream: false })).json()).toMatchObject({ status: 'done' });
    expect(hub.fileBytes()).toBe(sent);
  });

  it('ends with its client, and with the server, and goes on later', async () => {
    const server = await startServerProcess({ env: env() });
    hub.put('org/slow', { 'slow-Q4_K_M.gguf': madeWeights(4_000_000, 5) });
    hub.always = { slowMs: 200 };
    const ask = (signal: AbortSignal) =>
      server.fetch('/v1/manifold/pull', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'hf:org/slow' }),
        signal,
      });
    const leaving = new AbortController();
    const first = await ask(leaving.signal);
    const before = hub.fileBytes();
    await expect.poll(() => hub.fileBytes()).toBeGreaterThan(before + 300_000);
    leaving.abort();
    await first.body?.cancel().catch(() => undefined);
    let sent = -1;
    while (sent !== hub.fileBytes()) {
      sent = hub.fileBytes();
      await aMoment(1000);
    }
    expect(sent).toBeLessThan(before + 4_000_000);

    const second = await ask(new AbortController().signal);
    const text = second.text();
    await expect.poll(() => hub.fileBytes()).toBeGreaterThan(sent);
    await server.stop();
    hub.always = {};

    expect(await text).toContain('shutting_down');
    expect(await text).not.toContain('[DONE]');
    await server[Symbol.asyncDispose]();
  });
});
