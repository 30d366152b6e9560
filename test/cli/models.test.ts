import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runManifold } from '../support/run-manifold.ts';
import { startServerProcess } from '../support/server-process.ts';

const card = {
  id: 'house/assistant',
  aliases: ['assistant'],
  publisher: 'house',
  family: 'llama',
  gguf: [{ repository: 'house/assistant-GGUF' }],
  sources: { general: ['https://example.org'] },
};

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'manifold-cli-models-'));
  mkdirSync(join(dir, 'models'));
  // Nothing listens there, so that the configuration is what is listed.
  writeFileSync(join(dir, 'manifold.yaml'), 'port: 1\n');
  writeFileSync(join(dir, 'models', 'assistant.json'), JSON.stringify(card));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const run = (...args: string[]) =>
  runManifold([...args, '--config', 'manifold.yaml'], { cwd: dir, env: { MANIFOLD_STATE_DIR: join(dir, 'state') } });

describe('manifold models', () => {
  it('--all lists the configured, the known, and those of the configuration folder, with what would help', async () => {
    const { code, stdout } = await run('models', '--all');

    expect(code).toBe(0);
    expect(stdout).toMatch(/^manifold\/builtin +configured +/);
    expect(stdout).toMatch(/^house\/assistant +downloadable +.+`manifold pull house\/assistant`/m);
    expect(stdout).toMatch(/^meta\/llama-3\.3-70b-instruct +downloadable +/m);
    expect(stdout).toMatch(/^nvidia\/nemotron-3-content-safety +retired +.+nemotron-3\.5-content-safety/m);
    expect(stdout.trim().split('\n').length).toBeGreaterThan(150);
  });

  it('--check is content with cards that can be used', async () => {
    const { code, stdout } = await run('models', '--check');

    expect(code).toBe(0);
    expect(stdout).toContain('1 usable, no problems');
  });

  it('--check tells each card that cannot be used, and fails', async () => {
    const bad = join(dir, 'models', 'bad.json');
    const twin = join(dir, 'models', 'twin.json');
    writeFileSync(bad, '{"id": "a b"}');
    writeFileSync(twin, JSON.stringify({ ...card, id: 'house/twin' }));
    const { code, stdout } = await run('models', '--check');
    const { stdout: findings } = await run('doctor', '--json');
    const listed = await run('models', '--all');
    rmSync(bad);
    rmSync(twin);

    expect(code).toBe(1);
    expect(stdout).toMatch(/bad\.json: `id`: An id has letters/);
    expect(stdout).toMatch(/twin\.json: The name `assistant` is `house\/assistant`'s already\./);
    expect(JSON.parse(findings)).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ check: 'cards', status: 'warn' })]),
    });
    expect(listed.stdout).toMatch(/^house\/assistant +downloadable/m);
  });
});

describe('manifold show', () => {
  it('tells what is known of a model by any of its names', async () => {
    const { code, stdout } = await run('show', 'Qwen3-0.6B');

    expect(code).toBe(0);
    expect(stdout).toMatch(/^id +qwen\/qwen3-0\.6b$/m);
    expect(stdout).toMatch(/^state +downloadable: .+`manifold pull qwen\/qwen3-0\.6b`/m);
    expect(stdout).toMatch(/^family +qwen \(qwen3\)$/m);
    expect(stdout).toMatch(/^parameters +0\.6 billion$/m);
    expect(stdout).toMatch(/^size +0\.6 GB as Q8_0$/m);
  });

  it('names the closest where there is none', async () => {
    const { code, stderr } = await run('show', 'qwen/qwen3-0.6bb');

    expect(code).toBe(1);
    expect(stderr).toMatch(/^manifold: .+Did you mean `qwen\/qwen3-0\.6b`/);
  });
});

describe('a server with cards of its own', () => {
  it('leaves out the broken one, says so in its log, and knows the others', async () => {
    writeFileSync(join(dir, 'models', 'broken.json'), '{');
    await using server = await startServerProcess({ env: { MANIFOLD_CATALOG_DIR: join(dir, 'models') } });
    const known = await server.fetch('/v1/models/assistant?catalogue=all');
    const shown = await runManifold(['show', 'assistant', '--url', server.url, '--key', server.key], { cwd: dir });
    const listed = await runManifold(['models', '--all', '--json', '--url', server.url, '--key', server.key]);
    rmSync(join(dir, 'models', 'broken.json'));

    expect(server.stdout()).toMatch(/"file":"[^"]+broken\.json".+a card is left out/);
    expect(await known.json()).toMatchObject({ id: 'house/assistant', manifold: { state: 'downloadable' } });
    expect(shown.stdout).toMatch(/^id +house\/assistant\nstate +downloadable: /);
    expect((JSON.parse(listed.stdout) as { models: object[] }).models[0]).toMatchObject({ state: 'ready' });
  });
});

it('what a server says in its errors does not speak to the terminal', async () => {
  const server = createServer((_, response) => {
    response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"a\\u001b[31mb"}}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;

  const { stderr } = await runManifold(['models', '--url', `http://127.0.0.1:${port}`]);
  server.close();

  expect(stderr).toBe('manifold: a\\u{1b}[31mb\n');
});
