import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { writeAdapter } from '../../scripts/make-adapter.ts';
import { isAlive } from '../support/server-process.ts';
import { startPoolServer, writeNamedModels, type PoolServer } from '../support/pool-server.ts';
import { sseData } from '../support/sse-events.ts';
import { createTinyModels } from '../support/tiny-models.ts';

const say = (server: PoolServer, model: string, fields: object = {}) =>
  server.chat({ model, messages: [{ role: 'user', content: 'name?' }], ...fields });
const textOf = async (response: Response) =>
  ((await response.json()) as { choices: { message: { content: string } }[] }).choices[0]?.message.content;
const tooLittle = (mib: number) => ({ free: () => mib * 2 ** 20 });

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await isSo()) return;
    await wait(50);
  }
  throw new Error('It did not come about.');
}

/** An answer that fills it takes longer than any of these tests. */
const longAnswers = { context: 32_768 };

describe('a local model', () => {
  it('is loaded by a request when the first one is loaded at the start, and unloaded when nobody asks', async () => {
    using files = writeNamedModels(['first', 'second'], { keepAlive: '3s' });
    await using server = await startPoolServer({ models: files.models });
    await until(async () => (await server.psOf('first'))?.state === 'ready');
    expect(await server.psOf('second')).toMatchObject({ state: 'available', pid: null, memory_planned: null });
    const answer = await say(server, 'second');

    expect([answer.status, await textOf(answer)]).toEqual([200, files.answerOf('second')]);
    const loaded = await server.psOf('second');
    expect(loaded).toMatchObject({ state: 'ready', context_length: 1024, slots: 2, threads: 1, pinned: false });
    expect(loaded?.expires_in).toBeGreaterThan(0);
    await until(async () => (await server.psOf('second'))?.state === 'available');
    expect(isAlive(loaded?.pid ?? 0)).toBe(false);
  });

  it('shows in the metrics: whether it is loaded, what it takes, and how its loads ended', async () => {
    using files = writeNamedModels(['first', 'second']);
    await using server = await startPoolServer({ models: files.models });
    await until(async () => (await server.psOf('first'))?.state === 'ready');
    writeFileSync(files.models[1]?.path ?? '', 'no model');
    expect((await server.post('/v1/manifold/load', { model: 'second' })).status).toBe(503);
    await until(async () => ((await server.psOf('first'))?.memory_resident ?? 0) > 0);

    const metrics = await (await server.fetch('/v1/metrics')).text();
    expect(metrics).toContain('manifold_local_model_loaded{model="first"} 1\n');
    expect(metrics).toContain('manifold_local_model_loaded{model="second"} 0\n');
    expect(metrics).toMatch(/^manifold_local_model_resident_bytes\{model="first"\} \d{8,}$/m);
    expect(metrics).toContain('manifold_local_model_loads_total{model="first",outcome="loaded"} 1\n');
    expect(metrics).toContain('manifold_local_model_loads_total{model="second",outcome="model_unavailable"} 1\n');
    expect(metrics).toContain('manifold_local_model_load_duration_seconds_count{model="first"} 1\n');
  });

  it('is loaded and unloaded by hand', async () => {
    using files = writeNamedModels(['first', 'second']);
    await using server = await startPoolServer({ models: files.models });
    const load = await server.post('/v1/manifold/load', { model: 'second', keep_alive: -1 });
    expect(load.status).toBe(200);
    expect(await load.json()).toMatchObject({ id: 'second', state: 'ready', expires_in: null });
    const unload = await server.post('/v1/manifold/unload', { model: 'second' });
    expect(await unload.json()).toMatchObject({ id: 'second', state: 'available', pid: null });

    const unknown = await server.post('/v1/manifold/load', { model: 'third' });
    expect([unknown.status, await unknown.json()]).toMatchObject([
      404,
      { error: { code: 'model_not_found', param: 'model' } },
    ]);
    const wrong = await server.post('/v1/manifold/load', { model: 'second', keep_alive: 'soon' });
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { error: { param: 'keep_alive' } }]);
  });

  it('is loaded and unloaded by any of its names', async () => {
    using files = writeNamedModels(['first', 'meta/llama-3.2-1b-instruct']);
    await using server = await startPoolServer({ models: files.models });
    const id = 'meta/llama-3.2-1b-instruct';
    expect((await say(server, 'LLAMA-3.2-1b-instruct', { max_tokens: 1 })).status).toBe(200);

    const unload = await server.post('/v1/manifold/unload', { model: 'llama-3.2-1B-instruct' });
    expect([unload.status, await unload.json()]).toMatchObject([200, { id, state: 'available' }]);
    const load = await server.post('/v1/manifold/load', { model: 'META/llama-3.2-1b-instruct' });
    expect([load.status, await load.json()]).toMatchObject([200, { id, state: 'ready' }]);
  });

  it('is kept as long as a request says, on each route', async () => {
    using files = writeNamedModels(['first', 'second']);
    await using server = await startPoolServer({ models: files.models });
    expect((await say(server, 'second', { keep_alive: -1 })).status).toBe(200);
    expect(await server.psOf('second')).toMatchObject({ state: 'ready', expires_in: null });
    const text = { model: 'second', prompt: 'name?', max_tokens: 1 };
    expect((await server.post('/v1/completions', { ...text, keep_alive: '1h' })).status).toBe(200);
    expect((await server.psOf('second'))?.expires_in).toBeGreaterThan(3500);
    expect((await server.post('/v1/completions', { ...text, keep_alive: 0 })).status).toBe(200);

    await until(async () => (await server.psOf('second'))?.state === 'available');
  });

  it('that does not fit is refused with both figures, and not to be asked again', async () => {
    using files = writeNamedModels(['first']);
    await using server = await startPoolServer({ models: files.models }, tooLittle(300));
    const answer = await say(server, 'first', { stream: true });

    expect(answer.status).toBe(503);
    expect(answer.headers.get('x-should-retry')).toBe('false');
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe('insufficient_memory');
    expect(error.message).toMatch(/needs 0\.\d\d GiB of memory at least .* 0\.04 GiB can be made free/);
    expect(await server.psOf('first')).toMatchObject({ state: 'available', reason: error.message });
    const { data } = (await (await server.fetch('/v1/models')).json()) as { data: { manifold: object }[] };
    expect(data[0]?.manifold).toMatchObject({ state: 'available', reason: error.message });
  });

  it('shrinks where it may, and says so', async () => {
    using files = writeNamedModels(['first'], { context: 32_768, slots: 8, mayShrink: true });
    const [full] = files.models;
    // 32,768 tokens take 8 MiB for each slot.
    await using server = await startPoolServer({ models: [full], loading: { reserve: 0 } }, tooLittle(180));
    const answer = await say(server, 'first');
    expect(await textOf(answer)).toBe(files.answerOf('first'));
    const { data } = (await (await server.fetch('/v1/models')).json()) as {
      data: { max_model_len: number; manifold: { reason: string } }[];
    };

    expect(data[0]?.manifold.reason).toMatch(/^For want of memory it has /);
    expect(server.logText()).toContain('model is smaller than configured');
  });

  it('never keeps the one waiting for it in the dark: after the commit point comments flow, then the answer', async () => {
    using files = writeNamedModels(['first', 'second'], longAnswers);
    await using server = await startPoolServer({
      models: files.models,
      loading: { maxLoaded: 1 },
      timeouts: { commitAfterSeconds: 0.2, keepAliveSeconds: 1 },
    });
    await until(async () => (await server.psOf('first'))?.state === 'ready');
    const busy = new AbortController();
    const ticking = await server.chat(
      { model: 'first', messages: [{ role: 'user', content: 'forever' }], stream: true, max_tokens: 30_000 },
      { signal: busy.signal },
    );
    const reader = ticking.body?.getReader();
    await reader?.read();
    const waiting = await say(server, 'second', { stream: true });
    expect(waiting.status).toBe(200);
    await wait(1500);
    // Busy, and so not put out.
    expect(await server.psOf('first')).toMatchObject({ state: 'ready', requests: 1 });
    busy.abort();
    const text = await waiting.text();

    expect(text).toMatch(/^: /);
    expect(
      sseData(text)
        .map((event) => (event === '[DONE]' ? '' : (JSON.parse(event).choices[0]?.delta.content ?? '')))
        .join(''),
    ).toBe(files.answerOf('second'));
    expect(await server.psOf('first')).toMatchObject({ state: 'available' });
  });

  it('whose time to load is over answers with a status that says to come again', async () => {
    using files = writeNamedModels(['first', 'second'], longAnswers);
    await using server = await startPoolServer({
      models: files.models,
      loading: { maxLoaded: 1 },
      // The first has to be loaded in it as well.
      timeouts: { engineStartSeconds: 8 },
    });
    await until(async () => (await server.psOf('first'))?.state === 'ready');
    const busy = new AbortController();
    const ticking = await server.chat(
      { model: 'first', messages: [{ role: 'user', content: 'forever' }], stream: true, max_tokens: 30_000 },
      { signal: busy.signal },
    );
    await ticking.body?.getReader().read();
    const late = await say(server, 'second', { stream: true });

    expect([late.status, late.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await late.json()).toMatchObject({ error: { code: 'model_loading' } });
    // The one that is busy takes new requests again.
    expect(await textOf(await say(server, 'first'))).toBe(files.answerOf('first'));
    busy.abort();
  });

  it('whose host is killed while it loads is loaded all the same', async () => {
    using files = writeNamedModels(['first', 'second']);
    await using server = await startPoolServer({ models: files.models });
    const answer = say(server, 'second');
    let pid: number | null | undefined;
    await until(async () => typeof (pid = (await server.psOf('second'))?.pid) === 'number');
    process.kill(Number(pid), 'SIGKILL');

    expect(await textOf(await answer)).toBe(files.answerOf('second'));
  });

  it('whose file is damaged fails, with the reason, and is tried again by hand', async () => {
    using files = writeNamedModels(['first', 'second']);
    const path = files.models[1]?.path ?? '';
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, whole.length / 2));
    await using server = await startPoolServer({ models: files.models });
    const answer = await say(server, 'second');
    expect([answer.status, await answer.json()]).toMatchObject([
      503,
      { error: { code: 'model_unavailable', message: expect.stringMatching(/truncated/) } },
    ]);
    expect(await server.psOf('second')).toMatchObject({ state: 'failed', reason: expect.stringMatching(/truncated/) });
    writeFileSync(path, whole);
    await server.post('/v1/manifold/load', { model: 'second' });

    expect(await textOf(await say(server, 'second'))).toBe(files.answerOf('second'));
  });

  it('is one with its adapters: a string of their own, answers of their own', async () => {
    const tiny = createTinyModels();
    try {
      const { path } = tiny.write('qwen3');
      const adapter = join(path, '..', 'adapter.gguf');
      writeAdapter('qwen3', adapter);
      const adapters = [
        { name: 'one', path: adapter },
        { name: 'off', path: adapter, scale: 0 },
      ];
      await using server = await startPoolServer({
        models: [{ id: 'base', path, threads: 1, context: 256, adapters }],
      });
      const ask = async (model: string) =>
        textOf(await say(server, model, { temperature: 0, max_tokens: 8, ignore_eos: true }));
      const [base, one, off] = [await ask('base'), await ask('base:one'), await ask('base:off')];
      expect(one).not.toBe(base);
      expect(off).toBe(base);
      const { data } = (await (await server.fetch('/v1/models')).json()) as { data: object[] };

      expect(data).toMatchObject([
        { id: 'base', root: 'base', parent: null },
        { id: 'base:one', root: 'base', parent: 'base' },
        { id: 'base:off', root: 'base', parent: 'base' },
      ]);
      expect((await server.ps()).map(({ id }) => id)).toEqual(['base']);
    } finally {
      tiny.remove();
    }
  });

  it('computes with fewer threads while another is loaded', async () => {
    using files = writeNamedModels(['first', 'second'], { threads: undefined });
    await using server = await startPoolServer({ models: files.models });
    await until(async () => (await server.psOf('first'))?.state === 'ready');
    const alone = (await server.psOf('first'))?.threads ?? 0;
    await say(server, 'second');
    const [first, second] = await server.ps();

    expect((first?.threads ?? 0) + (second?.threads ?? 0)).toBe(Math.max(2, alone));
    expect(await textOf(await say(server, 'first'))).toBe(files.answerOf('first'));
  });
});
