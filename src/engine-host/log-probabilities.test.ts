import { describe, expect, it } from 'vitest';
import { logProbabilities } from './log-probabilities.ts';

const row = (...logits: number[]) => Float32Array.from(logits);
const tokensOf = (logits: Float32Array, count: number) =>
  logProbabilities(logits, 0, count).top.map(({ token }) => token);

describe('log probabilities', () => {
  it('are the logarithm of the softmax', () => {
    const { chosen, top } = logProbabilities(row(Math.log(1), Math.log(2), Math.log(5)), 0, 3);

    expect(chosen.value).toBeCloseTo(Math.log(1 / 8), 6);
    expect(top.map(({ value }) => Math.exp(value))).toEqual([
      expect.closeTo(5 / 8, 6),
      expect.closeTo(2 / 8, 6),
      expect.closeTo(1 / 8, 6),
    ]);
  });

  it('do not depend on where the logits lie', () => {
    const shifted = (by: number) => logProbabilities(row(by, by + 1, by - 2), 1, 3);

    expect(shifted(4096)).toEqual(shifted(0));
    expect(shifted(-4096)).toEqual(shifted(0));
  });

  it('add up to 1 over a large vocabulary', () => {
    const logits = Float32Array.from({ length: 1000 }, (_, at) => Math.sin(at) * 9);
    const sum = logProbabilities(logits, 0, 1000).top.reduce((total, { value }) => total + Math.exp(value), 0);

    expect(sum).toBeCloseTo(1, 12);
  });

  it('keep the precision of doubles for what is nearly certain', () => {
    expect(logProbabilities(row(0, -30), 0, 0).chosen.value).toBe(-Math.log(1 + Math.exp(-30)));
    expect(logProbabilities(row(160, 0, 0), 1, 0).chosen.value).toBe(-160);
    expect(logProbabilities(row(160, 0, 0), 0, 0).chosen.value).toBe(0);
  });
});

describe('the most probable tokens', () => {
  it('come in descending order', () => {
    expect(tokensOf(row(1, 9, 3, 7, 5), 3)).toEqual([1, 3, 4]);
  });

  it('come by token id where they are equal, wherever the row holds them', () => {
    expect(tokensOf(row(2, 2, 2, 2), 2)).toEqual([0, 1]);
    expect(tokensOf(row(0, 3, 1, 3, 2, 3), 3)).toEqual([1, 3, 5]);
    expect(tokensOf(row(0, 1, 5, 1, 5, 1), 4)).toEqual([2, 4, 1, 3]);
  });

  it('are those that sorting would give', () => {
    const logits = Float32Array.from({ length: 3000 }, (_, at) => Math.round(Math.sin(at * 78.233) * 40));
    const sorted = Array.from(logits.keys()).toSorted((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0) || a - b);

    for (const count of [1, 2, 20, 333]) expect(tokensOf(logits, count)).toEqual(sorted.slice(0, count));
  });

  it('are none when none are asked for, and all when the row has fewer', () => {
    expect(logProbabilities(row(1, 2), 1, 0).top).toEqual([]);
    expect(tokensOf(row(1, 2), 20)).toEqual([1, 0]);
  });

  it('leave the chosen token its own value when it is not among them', () => {
    const { chosen, top } = logProbabilities(row(5, 4, 0), 2, 1);

    expect(top.map(({ token }) => token)).toEqual([0]);
    expect(chosen).toEqual({ token: 2, value: expect.closeTo(-5.318, 3) as number });
  });
});

describe('what has no logarithm', () => {
  it('is -9999 for an impossible token and below that', () => {
    const { chosen, top } = logProbabilities(row(-Infinity, 0, -20_000, -9000), 0, 4);

    expect(chosen).toEqual({ token: 0, value: -9999 });
    expect(top).toEqual([
      { token: 1, value: 0 },
      { token: 3, value: -9000 },
      { token: 2, value: -9999 },
      { token: 0, value: -9999 },
    ]);
  });

  it.each([
    ['NaN', row(1, NaN, 2)],
    ['NaN first', row(NaN, 1, 2)],
    ['infinity', row(0, Infinity, 2)],
    ['nothing possible', row(-Infinity, -Infinity, -Infinity)],
    ['only NaN', row(NaN, NaN, NaN)],
  ])('is finite also in a row with %s', (_, logits) => {
    const { chosen, top } = logProbabilities(logits, 2, 3);

    expect([chosen, ...top].map(({ value }) => value)).toEqual([-9999, -9999, -9999, -9999]);
  });
});

describe('a large vocabulary', () => {
  const logits = Float32Array.from({ length: 152_000 }, (_, at) => Math.sin(at * 12.9898) * 12);

  it('is left as it was', () => {
    const before = logits.slice();
    logProbabilities(logits, 7, 20);

    expect(Buffer.compare(Buffer.from(logits.buffer), Buffer.from(before.buffer))).toBe(0);
  });

  it('costs less than sorting it', () => {
    const fastest = (run: () => unknown) =>
      Math.min(
        ...Array.from({ length: 30 }, () => {
          const start = performance.now();
          run();
          return performance.now() - start;
        }),
      );

    // Both in one process, so that a busy machine slows both: about 1.5 ms and 10 ms on an idle one.
    expect(fastest(() => logProbabilities(logits, 7, 20))).toBeLessThan(fastest(() => logits.toSorted()));
  });
});
