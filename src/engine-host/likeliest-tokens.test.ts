import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { likeliestTokens } from './likeliest-tokens.ts';

const row = (...logits: number[]) => Float32Array.from(logits);

describe('the likeliest tokens of a row', () => {
  it('are all there, whatever the row', () => {
    const logit = fc.oneof(fc.float({ min: -40, max: 40, noNaN: true }), fc.constantFrom(-Infinity, 0, 7));
    fc.assert(
      fc.property(
        fc.array(logit, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 40 }),
        (logits, count) => {
          const found = likeliestTokens(row(...logits), count);
          if (found === undefined) return;
          const values = Float32Array.from(logits).toSorted().toReversed();
          const least = values[Math.min(count, values.length) - 1] ?? -Infinity;
          const missing = logits.flatMap((each, token) =>
            Math.fround(each) >= least && !found.includes(token) ? [token] : [],
          );
          expect(missing).toEqual([]);
          expect(found.length).toBeGreaterThanOrEqual(Math.min(count, logits.length));
        },
      ),
    );
  });

  it('come with the few that are about as likely', () => {
    expect(likeliestTokens(row(1, 9, 3, 8.99, 2), 1)).toEqual(Int32Array.of(1, 3));
  });

  it.each([
    ['nothing is possible', row(-Infinity, -Infinity), 1],
    ['nothing is a number', row(Number.NaN, Number.NaN), 1],
    ['one is beyond all numbers', row(Infinity, 1), 1],
    ['there are fewer', row(1, -Infinity), 2],
    ['they lie too far apart', row(100, 0), 2],
  ])('cannot be told where %s', (_why, logits, count) => {
    expect(likeliestTokens(logits, count)).toBeUndefined();
  });
});
