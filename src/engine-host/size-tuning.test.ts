import { expect, it } from 'vitest';
import { llamaHeader } from '../../test/support/llama-header.ts';
import { sizeTuning } from './size-tuning.ts';

const gib = 2 ** 30;
const header = llamaHeader(8 * gib);
const options = {
  context: 4096,
  slots: 4,
  cells: undefined,
  cellLayout: 'auto',
  kvType: 'f16',
  gpuLayers: 'auto',
  devices: undefined,
} as const;
const gpu = (freeGib: number) => ({
  name: 'CUDA0',
  description: 'CUDA0',
  freeBytes: freeGib * gib,
  totalBytes: 80 * gib,
  handle: 1n,
});

it.each([
  ['there is no GPU', {}, [], true],
  ['none of its layers may go to one', { gpuLayers: 0 }, [gpu(80)], true],
  ['no layer fits into one', {}, [gpu(0.25)], true],
  ['some do', {}, [gpu(8)], false],
  ['all do', {}, [gpu(80)], false],
  ['the configuration sends some there', { gpuLayers: 4 }, [gpu(0.25)], false],
] as const)('a model where %s has the processor alone, or not', (_case, more, devices, onProcessor) => {
  expect(sizeTuning(header, { ...options, ...more }, [...devices]).onProcessor).toBe(onProcessor);
});
