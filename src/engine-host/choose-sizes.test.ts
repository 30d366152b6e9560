import { describe, expect, it } from 'vitest';
import { llamaHeader } from '../../test/support/llama-header.ts';
import { totalNeed } from '../api/internal/engine-host.ts';
import {
  chooseContext,
  chooseSizes,
  choosesSharing,
  describeShrinking,
  possibleSizes,
  type SizeTuning,
} from './choose-sizes.ts';

const header = llamaHeader(2 ** 30);
const gib = 2 ** 30;
const tuning = {
  context: 4096,
  slots: 8,
  cells: undefined,
  cellLayout: 'auto',
  kvType: 'f16',
  onProcessor: false,
} as const;
const sizes = (availableGib: number, more: Partial<Omit<SizeTuning, 'context'>> = {}) =>
  chooseSizes(header, { ...tuning, ...more }, availableGib * gib);

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
    expect(sizes(64)).toMatchObject({ cells: 8 * 4096, sharesCells: false, contextLength: 4096, slots: 8 });
  });

  it('are fewer where there is less, but enough for one whole context', () => {
    // Half a MiB a cell: 16 GiB for all.
    expect(sizes(12)).toMatchObject({ cells: 4 * 4096, sharesCells: true });
    expect(sizes(4)).toMatchObject({ cells: 4096, contextLength: 4096, slots: 8 });
    expect(() => sizes(2)).toThrow(/needs about 3\.\d GiB .* and 2\.0 GiB are available/);
  });

  it('are as configured, and at least one whole context', () => {
    expect(sizes(64, { cells: 20_000 }).cells).toBe(20_000);
    expect(sizes(64, { cells: 100 }).cells).toBe(4096);
    expect(() => sizes(8, { cells: 20_000 })).toThrow('are available');
  });
});

describe('where memory is short', () => {
  it('context and slots stay as they are unless they may shrink', () => {
    expect(possibleSizes(header, tuning).every((each) => each.contextLength === 4096 && each.slots === 8)).toBe(true);
  });

  it('the context gets shorter first, then there are fewer slots', () => {
    const possible = possibleSizes(header, { ...tuning, mayShrink: true });
    const needs = possible.map(({ need }) => totalNeed(need));

    expect(possible.at(-1)).toMatchObject({ contextLength: 512, slots: 1, cells: 512 });
    expect(possible.map(({ contextLength }) => contextLength)).toEqual([
      4096, 4096, 4096, 4096, 2048, 1024, 512, 512, 512, 512,
    ]);
    expect(needs).toEqual(needs.toSorted((a, b) => b - a));
    expect(sizes(2.5, { mayShrink: true })).toMatchObject({ contextLength: 2048, slots: 8 });
  });

  it('slots with cells of their own keep them', () => {
    const possible = possibleSizes(header, { ...tuning, cellLayout: 'own', mayShrink: true });

    expect(possible.every(({ cells, contextLength, slots }) => cells === contextLength * slots)).toBe(true);
  });

  it('what is less than wanted is said', () => {
    const [wanted, ...others] = possibleSizes(header, { ...tuning, slots: 2, mayShrink: true });

    expect(wanted && describeShrinking(wanted, wanted)).toBeNull();
    expect(wanted && others[1] && describeShrinking(wanted, others[1])).toBe(
      'For want of memory it has 2048 of 4096 tokens of context, 2048 of 8192 cells.',
    );
  });
});

describe('on a processor', () => {
  it('memory that flash attention would save is given up before cells', () => {
    const possible = possibleSizes(header, { ...tuning, onProcessor: true });

    expect(possible.map(({ cells, attention }) => [cells, attention.flashAttention])).toEqual([
      [8 * 4096, 'off'],
      [8 * 4096, 'auto'],
      [4 * 4096, 'auto'],
      [2 * 4096, 'auto'],
      [4096, 'auto'],
    ]);
    // 256 tokens × 32 heads × 4096 cells × 4 bytes, less what batches of half the tokens save.
    const [without, by] = possible.map(({ need }) => totalNeed(need));
    expect((without ?? 0) - (by ?? 0)).toBeGreaterThan(50e6);
    expect((without ?? 0) - (by ?? 0)).toBeLessThan(256 * 32 * 4096 * 4);
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
