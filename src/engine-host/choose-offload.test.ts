import { describe, expect, it } from 'vitest';
import { chooseOffload } from './choose-offload.ts';

const gib = 2 ** 30;
const device = (name: string, freeGib: number) => ({
  name,
  description: name,
  freeBytes: freeGib * gib,
  totalBytes: 80 * gib,
  handle: 1n,
});
const estimate = { weights: 8 * gib, keyValueCache: 2 * gib, compute: gib };
const choose = (wanted: Parameters<typeof chooseOffload>[0], present: Parameters<typeof chooseOffload>[1]) =>
  chooseOffload(wanted, present, 32, estimate);

describe('layers', () => {
  it('all go to a GPU with room for them', () => {
    expect(choose({ gpuLayers: 'auto' }, [device('CUDA0', 24)])).toMatchObject({ layers: 33, of: 33 });
  });

  it('go in proportion when the memory is smaller', () => {
    // 6 × 0.9 − 1 = 4.4 GiB of the 10 that are needed.
    expect(choose({ gpuLayers: 'auto' }, [device('CUDA0', 6)]).layers).toBe(14);
  });

  it('use the memory of all devices together', () => {
    const { layers, devices } = choose({ gpuLayers: 'auto' }, [device('CUDA0', 7), device('CUDA1', 7)]);
    expect(layers).toBe(33);
    expect(devices).toHaveLength(2);
  });

  it('stay on the processor without a GPU, which is said', () => {
    expect(choose({ gpuLayers: 'auto' }, [])).toMatchObject({ layers: 0, reason: 'the libraries see no GPU' });
  });

  it('are as many as configured', () => {
    expect(choose({ gpuLayers: 10 }, [device('CUDA0', 1)]).layers).toBe(10);
    expect(choose({ gpuLayers: 0 }, [device('CUDA0', 80)]).layers).toBe(0);
  });

  it('that are asked for without a GPU are refused', () => {
    expect(() => choose({ gpuLayers: 10 }, [])).toThrow('the libraries see no GPU');
  });
});

describe('devices', () => {
  it('are those named', () => {
    const present = [device('CUDA0', 24), device('CUDA1', 24)];
    expect(choose({ gpuLayers: 'auto', devices: ['CUDA1'] }, present).devices.map(({ name }) => name)).toEqual([
      'CUDA1',
    ]);
  });

  it('that do not exist are refused, with those that do', () => {
    expect(() => choose({ gpuLayers: 'auto', devices: ['CUDA7'] }, [device('CUDA0', 1)])).toThrow(
      'There is no device CUDA7; the libraries see CUDA0.',
    );
  });
});
