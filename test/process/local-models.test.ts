import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LocalModel } from '../../src/api/local-models.ts';
import { runManifold } from '../support/run-manifold.ts';
import { modelId, startServerProcess } from '../support/server-process.ts';

it('models of a running server are listed, unloaded and loaded by commands', async () => {
  await using server = await startServerProcess();
  const run = (...args: string[]) => runManifold([...args, '--url', server.url, '--key', server.key]);
  const before = await run('ps');
  expect(before.stdout).toMatch(/^model +state +requests +memory +threads +context +until\n/);
  expect(before.stdout).toMatch(new RegExp(`${modelId} +ready +0 +.* of \\d+ MiB +1 +4 x 8192`));
  expect(server.hostPids()).toHaveLength(1);
  // 8,192 tokens a slot: the load report says what was chosen, and why.
  expect(server.stdout()).toMatch(/"flashAttention":\{"use":"off","reason":"a processor writes long answers faster/);

  expect(await run('unload', modelId)).toMatchObject({ code: 0, stdout: `${modelId} is unloaded.\n` });
  expect(server.hostPids()).toEqual([]);
  const [unloaded] = JSON.parse((await run('ps', '--json')).stdout) as LocalModel[];
  expect(unloaded).toMatchObject({ id: modelId, state: 'available', pid: null, memory_resident: null });
  // A request sent now would be answered.
  expect((await server.fetch('/v1/health/ready')).status).toBe(200);

  const loaded = await run('load', modelId, '--keep-alive', '2h');
  expect(loaded).toMatchObject({ code: 0, stdout: `${modelId} is loaded: 4 slots of 8192 tokens.\n` });
  const [again] = JSON.parse((await run('ps', '--json')).stdout) as LocalModel[];
  expect(again?.expires_in).toBeGreaterThan(7000);
  expect(await run('load', 'nothing')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no local model `nothing`.'),
  });
});

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'manifold-elsewhere-'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

it('a server is found by the state directory of its configuration, and managed on its own address for that', async () => {
  await using server = await startServerProcess({ config: { admin: { port: 0 } } });
  writeFileSync(join(cwd, 'manifold.yaml'), JSON.stringify({ stateDir: server.stateDir }));
  const env = { MANIFOLD_API_KEY: server.key };

  const here = await runManifold(['ps'], { cwd, env });
  const named = await runManifold(['unload', 'manifold/builtin', '--state-dir', server.stateDir], { env });
  const models = await runManifold(['models'], { cwd, env });

  expect(here).toMatchObject({ code: 0, stdout: expect.stringMatching(/^manifold\/builtin +ready /m) });
  expect(named).toMatchObject({ code: 0, stdout: 'manifold/builtin is unloaded.\n' });
  expect(models.stdout).toMatch(/^manifold\/builtin +available$/m);
});
