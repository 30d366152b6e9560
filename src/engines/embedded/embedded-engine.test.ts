import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { createLlamaServerEngine } from '../llama-server/llama-server-engine.ts';
import { createEmbeddedEngine } from './embedded-engine.ts';

const full = Object.assign(new Error('too many open files'), { code: 'EMFILE' });
vi.mock('node:fs/promises', async (original) => ({ ...(await original<object>()), rm: () => Promise.reject(full) }));

const directory = mkdtempSync(join(tmpdir(), 'manifold-closing-'));
vi.stubEnv('TMPDIR', directory);
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

const options = { modelId: 'm', modelPath: '/m.gguf', threads: 1, startTimeoutMs: 1, stallTimeoutMs: 1, env: {} };

it.each([
  ['an engine host', createEmbeddedEngine],
  [
    'a llama-server',
    (...[given, log]: Parameters<typeof createEmbeddedEngine>) =>
      createLlamaServerEngine({ ...given, program: 'none' }, log),
  ],
])('%s is closed also where its directory cannot be removed, which the log tells', async (_, create) => {
  const warned: object[] = [];
  const ignore = () => undefined;
  const log = { debug: ignore, info: ignore, error: ignore, warn: (fields: object) => void warned.push(fields) };
  const engine = await create(options, log);
  await engine.close();

  expect(warned).toEqual([{ engine: 'm', err: full }]);
});
