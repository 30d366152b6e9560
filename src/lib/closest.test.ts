import { describe, expect, it } from 'vitest';
import { leastOf } from '../../test/support/least-of.ts';
import { closest } from './closest.ts';

const names = ['meta/llama-3.1-8b-instruct', 'meta/llama-3.1-70b-instruct', 'microsoft/phi-4', 'qwen/qwen3-0.6b'];

describe('the closest names', () => {
  it.each([
    ['meta/llama-3.1-8b-instuct', 'meta/llama-3.1-8b-instruct'],
    ['llama-3.1-70b', 'meta/llama-3.1-70b-instruct'],
    ['phi4', 'microsoft/phi-4'],
    ['Qwen/Qwen3-0.6', 'qwen/qwen3-0.6b'],
  ])('to %s begin with %s', (wanted, first) => {
    expect(closest(wanted, names)[0]).toBe(first);
  });

  it('are none where nothing is alike', () => {
    expect(closest('nothing', names)).toEqual([]);
  });

  it('are found in a catalogue of a thousand within ten milliseconds, however long the name is', async () => {
    const many = Array.from({ length: 1000 }, (_, at) => `publisher-${at}/model-of-some-length-${at}-instruct`);
    const wanted = 'publisher/model-of-more-length-instruct-x'.repeat(20);
    closest(wanted, many);
    const tookMs = await leastOf(10, () => {
      const before = performance.now();
      closest(wanted, many);
      return performance.now() - before;
    });

    expect(tookMs).toBeLessThan(10);
  });
});
