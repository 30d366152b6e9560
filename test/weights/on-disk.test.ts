import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHubServer, type HubServer } from '../support/hub-server.ts';
import { runManifold } from '../support/run-manifold.ts';
import { writeScriptedModel } from '../support/scripted-model.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';

let hub: HubServer;
let dir: string;
beforeAll(async () => {
  hub = await startHubServer();
  const model = writeScriptedModel();
  for (const repository of ['org/carded', 'org/uncarded']) {
    hub.put(repository, { 'scripted-F32.gguf': readFileSync(model.path) });
  }
  model.remove();
  dir = mkdtempSync(join(tmpdir(), 'manifold-on-disk-'));
  mkdirSync(join(dir, 'cards'));
  const card = {
    id: 'acme/carded-1',
    publisher: 'acme',
    family: 'acme',
    modalities: ['text'],
    gguf: [{ repository: 'org/carded' }],
    sources: { general: ['https://example.org/card'] },
  };
  writeFileSync(join(dir, 'cards', 'carded.json'), JSON.stringify(card));
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

const env = () => ({ HOME: dir, HF_ENDPOINT: hub.url });
const start = (onDisk: 'cards' | 'all') =>
  startServerProcess({ config: { catalog: { dir: join(dir, 'cards'), onDisk } }, env: env() });
const post = (server: ServerProcess, path: string, body: object) =>
  server.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const stateOf = async (server: ServerProcess, id: string) => {
  const { data } = (await (await server.fetch('/v1/models?catalogue=all')).json()) as {
    data: { id: string; manifold: { state: string } }[];
  };
  return data.find((model) => model.id === id)?.manifold.state;
};

describe('a model that a card names', () => {
  it('is served once it was pulled, whoever pulled it, until it is removed', async () => {
    await using server = await start('cards');
    const model = 'acme/carded-1';

    expect(await stateOf(server, model)).toBe('downloadable');
    const missing = await server.chat('hello', { model });
    expect(missing.status).toBe(404);
    expect(await missing.text()).toContain(`manifold pull ${model}`);

    expect((await post(server, '/v1/manifold/pull', { model, stream: false })).status).toBe(200);
    expect(await stateOf(server, model)).toBe('available');
    expect((await server.chat('hello', { model })).status).toBe(200);
    expect(await stateOf(server, model)).toBe('ready');

    expect((await post(server, '/v1/manifold/unload', { model })).status).toBe(200);
    const { data: acts } = (await (await server.fetch('/v1/manifold/audit')).json()) as {
      data: { action: string; target: string }[];
    };
    expect(acts.slice(0, 2)).toMatchObject([
      { action: 'unload', target: model },
      { action: 'pull', target: model },
    ]);
    expect((await runManifold(['rm', 'hf:org/carded'], { cwd: dir, env: env() })).code).toBe(0);
    await expect.poll(() => stateOf(server, model)).toBe('downloadable');

    expect((await runManifold(['pull', 'hf:org/carded'], { cwd: dir, env: env() })).code).toBe(0);
    await expect.poll(() => stateOf(server, model)).toBe('available');
    expect((await server.chat('hello', { model })).status).toBe(200);
  });
});

describe('weights that no card names', () => {
  it('are served under their reference where that is allowed, and nowhere else', async () => {
    expect((await runManifold(['pull', 'hf:org/uncarded'], { cwd: dir, env: env() })).code).toBe(0);
    const model = 'hf:org/uncarded:F32';

    await using open = await start('all');
    await expect.poll(() => stateOf(open, model)).toBe('available');
    expect((await open.chat('hello', { model })).status).toBe(200);

    await using strict = await start('cards');
    expect((await strict.chat('hello', { model })).status).toBe(404);
  });
});
