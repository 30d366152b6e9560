import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { writeScriptedModel } from '../../../test/support/scripted-model.ts';
import { planLlamaServer } from './load-plan.ts';

it('the host that is asked what a server would take leaves the place of its socket there', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'manifold-plan-'));
  const file = writeScriptedModel();
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
    file.remove();
  });
  const options = { modelId: 'm', modelPath: file.path, threads: 1, program: '/nowhere/llama-server' };

  const plan = await planLlamaServer(options, { socketPath: join(directory, 'llama.sock'), env: {} });

  expect(plan.wanted.keyValueCache).toBeGreaterThan(0);
  expect(readdirSync(directory)).toEqual([]);
});
