import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { builtInModel } from '../../config/built-in-model.ts';
import { planLlamaServer } from './load-plan.ts';

it('the host that is asked what a server would take leaves the place of its socket there', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'manifold-plan-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const options = { modelId: 'm', modelPath: builtInModel.path, threads: 1, program: '/nowhere/llama-server' };

  const plan = await planLlamaServer(options, { socketPath: join(directory, 'llama.sock'), env: {} });

  expect(plan.wanted.keyValueCache).toBeGreaterThan(0);
  expect(readdirSync(directory)).toEqual([]);
});
