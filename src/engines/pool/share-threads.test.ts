import { describe, expect, it } from 'vitest';
import { shareThreads } from './share-threads.ts';

describe('threads', () => {
  it('all go to a model that is alone', () => {
    expect(shareThreads([undefined], 7)).toEqual([7]);
  });

  it('are divided evenly, and no more than there are', () => {
    expect(shareThreads([undefined, undefined, undefined], 8)).toEqual([3, 3, 2]);
  });

  it('go first to who wants a number', () => {
    expect(shareThreads([undefined, 4, undefined], 8)).toEqual([2, 4, 2]);
  });

  it('are one at least', () => {
    expect(shareThreads([undefined, 8, undefined], 8)).toEqual([1, 8, 1]);
    expect(shareThreads([undefined, undefined], 1)).toEqual([1, 1]);
  });
});
