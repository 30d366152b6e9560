import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { writeScriptedModel } from '../../test/support/scripted-model.ts';
import { hostOptions } from '../api/internal/engine-host.ts';
import { startHostProcess } from './embedded/host-process.ts';
import { startLlamaServer } from './llama-server/server-process.ts';

const choice = {
  LD_LIBRARY_PATH: '/nowhere',
  CUDA_VISIBLE_DEVICES: '1',
  CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
  HIP_VISIBLE_DEVICES: '2',
  GGML_VK_VISIBLE_DEVICES: '3',
};
const env = { ...choice, PATH: process.env['PATH'], NVIDIA_API_KEY: 'nvapi-secret' };
const deaf = { env, onEvent: () => undefined, onLog: () => undefined, onFacts: () => undefined };
const file = writeScriptedModel();
afterAll(() => file.remove());
const model = { modelId: 'm', modelPath: file.path, threads: 1 };

it.each([
  [
    'an engine host',
    (socketPath: string) => startHostProcess(hostOptions.parse({ ...model, socketPath, maxWaiting: 1 }), deaf),
  ],
  [
    'a llama-server',
    (socketPath: string) => startLlamaServer({ ...model, program: '/bin/cat' }, { ...deaf, socketPath }),
  ],
])('%s gets the libraries and graphics cards that the operator chose, and none of our keys', async (_, start) => {
  const directory = mkdtempSync(join(tmpdir(), 'manifold-environment-'));
  const started = start(join(directory, 'socket'));
  onTestFinished(async () => {
    await started.stop(0);
    rmSync(directory, { recursive: true, force: true });
  });
  const given = readFileSync(`/proc/${started.pid}/environ`, 'utf8').split('\0');

  expect(given).toEqual(expect.arrayContaining(Object.entries(choice).map((pair) => pair.join('='))));
  expect(given).toContain('GLIBC_TUNABLES=glibc.malloc.hugetlb=1');
  expect(given.join()).not.toContain('nvapi-secret');
});
