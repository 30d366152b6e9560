import { describe, expect, it } from 'vitest';
import { truncate } from './truncate.ts';

const ids = (...tokens: readonly number[]) => Int32Array.from(tokens);
const cut = (whole: Int32Array, inner: Int32Array, length: number, cuts: 'start' | 'end') => [
  ...truncate(whole, inner, { length, cuts }),
];

describe('truncating a text', () => {
  it('leaves what is short enough as it is', () => {
    expect(cut(ids(1, 7, 8, 2), ids(7, 8), 4, 'end')).toEqual([1, 7, 8, 2]);
  });

  it.each([
    ['end', [1, 7, 8, 2]],
    ['start', [1, 9, 10, 2]],
  ] as const)('keeps the special tokens around it when its %s is cut', (cuts, left) => {
    expect(cut(ids(1, 7, 8, 9, 10, 2), ids(7, 8, 9, 10), 4, cuts)).toEqual(left);
  });

  it('keeps the one special token that some models end a text with', () => {
    expect(cut(ids(7, 8, 9, 2), ids(7, 8, 9), 2, 'start')).toEqual([9, 2]);
    expect(cut(ids(7, 8, 9, 2), ids(7, 8, 9), 2, 'end')).toEqual([7, 2]);
  });

  it('keeps what fits when special tokens alone do not, or nothing is special', () => {
    expect(cut(ids(1, 7, 2), ids(7), 2, 'end')).toEqual([1, 7]);
    expect(cut(ids(7, 8, 9), ids(7, 8, 9), 2, 'start')).toEqual([8, 9]);
  });
});
