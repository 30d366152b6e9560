import { describe, expect, it } from 'vitest';
import { costNanos, highestCostNanos, priceOf } from './price.ts';

describe('the cost of tokens', () => {
  it('is exact in whole billionths of a dollar, rounded up', () => {
    // 1,000 × 0.15 + 500 × 0.6 dollars per million.
    expect(costNanos({ input: 0.15, output: 0.6 }, { prompt: 1000, cached: 0, completion: 500 })).toBe(450_000);
    // A token at 0.0375 dollars per million is 37.5 billionths.
    expect(costNanos({ input: 0.0375, output: 0 }, { prompt: 1, cached: 0, completion: 0 })).toBe(38);
    expect(costNanos({ input: 0.0375, output: 0 }, { prompt: 2, cached: 0, completion: 0 })).toBe(75);
    expect(costNanos({ input: 0.1, output: 0 }, { prompt: 3, cached: 0, completion: 0 })).toBe(300);
  });

  it('has a price of its own for cached input, which is part of the prompt', () => {
    const price = { input: 1, cachedInput: 0.1, output: 0 };

    expect(costNanos(price, { prompt: 1000, cached: 900, completion: 0 })).toBe(190_000);
    expect(costNanos({ input: 1, output: 0 }, { prompt: 1000, cached: 900, completion: 0 })).toBe(1_000_000);
    expect(costNanos(price, { prompt: 10, cached: 900, completion: 0 })).toBe(1000);
  });

  it('is never above the most that was reserved for it', () => {
    const odd = { input: 1, cachedInput: 3, output: 2 };

    expect(highestCostNanos(odd, { prompt: 10, completion: 5 })).toBe(40_000);
    expect(costNanos(odd, { prompt: 10, cached: 10, completion: 5 })).toBe(40_000);
  });

  it('stays a number where it is enormous', () => {
    const tokens = { prompt: 1e9, cached: 0, completion: 1e9 };

    expect(costNanos({ input: 1e6, output: 1e6 }, tokens)).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('the price of a model', () => {
  const table = {
    'meta/llama-3.1-8b': { input: 1, output: 1 },
    'meta/*': { input: 2, output: 2 },
    'meta/*-70b*': { input: 3, output: 3 },
    '*': { input: 4, output: 4 },
  };

  it.each([
    ['meta/llama-3.1-8b', 1],
    ['meta/llama-3.1-8b-instruct', 2],
    ['meta/llama-3.3-70b-instruct', 3],
    ['mistral', 4],
    ['__proto__', 4],
  ])('%s costs %i', (model, input) => {
    expect(priceOf(table, model)?.input).toBe(input);
  });

  it('is unknown where nothing fits', () => {
    expect(priceOf({ 'a*b': { input: 1, output: 1 } }, 'aXc')).toBeUndefined();
    expect(priceOf({ 'ab*ba': { input: 1, output: 1 } }, 'aba')).toBeUndefined();
    expect(priceOf({}, 'constructor')).toBeUndefined();
  });
});
