import { describe, expect, it } from 'vitest';
import { sumOfExponentials } from './sum-of-exponentials.ts';

describe('the sum of exponentials', () => {
  it.each([0, 1e-7, 0.001, 1 / 512, 0.5, 1, 1.999, 20.25, 36, 63.4])(
    'has the term at distance %d right to the last bits of a double',
    (distance) => {
      // A row without its largest value, so that the term is seen alone.
      const term = Float32Array.of(-distance);

      expect(Math.abs(sumOfExponentials(term, 0) / Math.exp(term[0] ?? 0) - 1)).toBeLessThan(5e-16);
    },
  );

  it('is relative to the largest value, whatever that is', () => {
    for (const highest of [2 ** 100, 1, -(2 ** 100)]) {
      expect(sumOfExponentials(Float32Array.of(highest, highest), highest)).toBe(2);
    }
  });

  it.each([64, 160, 1e6, 1e38, Infinity])('is not changed by a value %d below the largest', (distance) => {
    expect(sumOfExponentials(Float32Array.of(5, 5 - distance), 5)).toBe(1);
  });

  it('agrees with adding up Math.exp over a large row', () => {
    const row = Float32Array.from({ length: 50_000 }, (_, at) => Math.sin(at * 12.9898) * 18);
    const highest = row.reduce((a, b) => Math.max(a, b));
    const exact = row.reduce((sum, value) => sum + Math.exp(value - highest), 0);

    expect(sumOfExponentials(row, highest) / exact - 1).toBeCloseTo(0, 14);
  });

  it('is NaN when a value is', () => {
    expect(sumOfExponentials(Float32Array.of(1, NaN, 0), 1)).toBeNaN();
  });
});
