import { describe, expect, it } from 'vitest';
import { llamaHeader } from '../../test/support/llama-header.ts';
import { totalNeed } from '../api/internal/engine-host.ts';
import { chooseSizes, leastOf, possibleSizes } from './choose-sizes.ts';
import { besideDevices, planLoad } from './plan-load.ts';

const gib = 2 ** 30;
const header = llamaHeader(4 * gib);
/** Half a MiB a cell: 16 GiB for all, 2 GiB for one slot's. */
const tuning = {
  context: 4096,
  slots: 8,
  cells: undefined,
  cellLayout: 'auto',
  kvType: 'f16',
  onProcessor: false,
} as const;
const gpu = (name: string, freeGib: number) => ({
  name,
  description: name,
  freeBytes: freeGib * gib,
  totalBytes: 80 * gib,
  handle: 1n,
});
const possible = possibleSizes(header, tuning);

describe('sizes with GPUs', () => {
  it.each([
    ['a GPU that takes a part', { gpuLayers: 'auto' }, [gpu('CUDA0', 12)], 2],
    [
      'a GPU by name beside one that is not used',
      { gpuLayers: 'auto', devices: ['CUDA0'] as string[] },
      [gpu('CUDA0', 8), gpu('CUDA1', 80)],
      4,
    ],
    ['a few layers by number on a large GPU', { gpuLayers: 4 }, [gpu('CUDA0', 80)], 8],
  ] as const)('are those for which memory is there in the end: %s', (_case, options, present, availableGib) => {
    const beside = besideDevices(header, { devices: undefined, ...options }, present);
    const sizes = chooseSizes(header, tuning, availableGib * gib, beside);

    expect(totalNeed(beside(sizes.need))).toBeLessThanOrEqual(availableGib * gib);
    // As large as it goes.
    const larger = possible[possible.findIndex(({ cells }) => cells === sizes.cells) - 1];
    expect(larger && totalNeed(beside(larger.need))).toBeGreaterThan(availableGib * gib);
  });

  it('are wanted as they are where all goes to GPUs', () => {
    const beside = besideDevices(header, { gpuLayers: 'auto', devices: undefined }, [gpu('CUDA0', 80)]);

    expect(chooseSizes(header, tuning, gib, beside).cells).toBe(8 * 4096);
  });
});

it('the least that a load takes is what is left when so little goes to GPUs as far as it goes', () => {
  const needs = { wanted: possible[0].need, least: leastOf(possible).need };
  const plan = planLoad(header, { gpuLayers: 'auto', devices: undefined }, needs, [gpu('CUDA0', 8)]);

  expect(plan.wanted.weights).toBeGreaterThan(2 * gib);
  expect(plan.least).toMatchObject({ weights: 0, keyValueCache: 0 });
});
