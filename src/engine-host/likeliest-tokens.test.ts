import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { likeliestTokens } from './likeliest-tokens.ts';

const row = (...logits: number[]) => Float32Array.from(logits);

describe('the likeliest tokens of a row', () => {
  it('are all there, whatever the row', () => {
    const logit = fc.oneof(fc.float({ min: -40, max: 40, noNaN: true }), fc.constantFrom(-Infinity, 0, 7));
    // With one zero: sorting puts −0 before 0, which are as likely.
    const logits = fc.array(
      logit.map((any) => any + 0),
      { minLength: 1, maxLength: 300 },
    );
    fc.assert(
      fc.property(logits, fc.integer({ min: 1, max: 40 }), (given, count) => {
        const found = likeliestTokens(row(...given), count);
        const best = (values: readonly number[]) =>
          row(...values)
            .toSorted()
            .toReversed()
            .slice(0, count);
        const all = best(given);

        expect(found ? best(Array.from(found, (token) => given[token] ?? Number.NaN)) : all).toEqual(all);
      }),
    );
  });

  it('is one where one is asked for, the first of equals', () => {
    expect(likeliestTokens(row(1, 9, 3, 9, 2), 1)).toEqual(Int32Array.of(1));
  });

  it('come with few others in a large vocabulary', () => {
    const logits = Float32Array.from({ length: 150_000 }, (_, token) => Math.sin(token * 12.9898) * 8);
    const found = likeliestTokens(logits, 1000) ?? new Int32Array();
    const least = logits.toSorted().at(-1000) ?? 0;

    expect(found.filter((token) => (logits[token] ?? 0) >= least).length).toBeGreaterThanOrEqual(1000);
    expect(found.length).toBeLessThan(4000);
  });

  it.each([
    ['nothing is possible', row(-Infinity, -Infinity), 1],
    ['nothing is a number', row(Number.NaN, Number.NaN), 1],
    ['one is beyond all numbers', row(Infinity, 1), 1],
    ['there are fewer', row(1, -Infinity), 2],
    ['all are as likely', new Float32Array(50_000), 10],
  ])('cannot be told where %s', (_why, logits, count) => {
    expect(likeliestTokens(logits, count)).toBeUndefined();
  });
});
