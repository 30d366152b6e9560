import { describe, expect, it } from 'vitest';
import { chooseCells, chooseContext, choosesSharing } from './choose-sizes.ts';
import type { GgufHeader } from './gguf-header.ts';

const header: GgufHeader = {
  metadata: new Map<string, number>([
    ['llama.context_length', 4096],
    ['llama.block_count', 32],
    ['llama.embedding_length', 4096],
    ['llama.attention.head_count', 32],
  ]),
  tensorCount: 1,
  fileBytes: 2 ** 30,
  architecture: 'llama',
};
const gib = 2 ** 30;
const cells = (availableGib: number, wanted?: number) =>
  chooseCells(header, { contextLength: 4096, slots: 8, kvType: 'f16', wanted }, availableGib * gib);

describe('the context', () => {
  it('is what the model was trained with, or what is asked for', () => {
    expect(chooseContext(header, undefined)).toBe(4096);
    expect(chooseContext(header, 512)).toBe(512);
  });

  it('is not more than the model was trained with', () => {
    expect(() => chooseContext(header, 4097)).toThrow('beyond the 4096');
  });
});

describe('the cells', () => {
  it('fill all slots where there is memory for it', () => {
    expect(cells(64)).toBe(8 * 4096);
  });

  it('are fewer where there is less, but enough for one whole context', () => {
    // Half a MiB a cell: 16 GiB for all.
    expect(cells(16)).toBe(4 * 4096);
    expect(cells(1)).toBe(4096);
  });

  it('are as configured, and at least one whole context', () => {
    expect(cells(1, 20_000)).toBe(20_000);
    expect(cells(64, 100)).toBe(4096);
  });
});

describe('the layout of the cells', () => {
  it('gives slots their own if there are enough', () => {
    expect(choosesSharing('auto', 4096, 4096)).toBe(false);
    expect(choosesSharing('auto', 4095, 4096)).toBe(true);
  });

  it('is as configured, where that is possible', () => {
    expect(choosesSharing('shared', 4096, 4096)).toBe(true);
    expect(choosesSharing('own', 4096, 4096)).toBe(false);
    expect(() => choosesSharing('own', 4000, 4096)).toThrow('there are 4000');
  });
});
