import { expect, it } from 'vitest';
import { uniformAt } from './uniform.ts';

it('is even over positions and over seeds, and the same for the same', () => {
  for (const draw of [
    (at: number) => uniformAt(42, at),
    (at: number) => uniformAt(at, 7),
    (at: number) => uniformAt(at, at),
  ]) {
    const buckets = Array.from({ length: 20 }, () => 0);
    for (let at = 0; at < 20_000; at++) {
      const bucket = Math.floor(draw(at) * 20);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }

    // Five standard deviations.
    expect(Math.min(...buckets)).toBeGreaterThan(1000 - 155);
    expect(Math.max(...buckets)).toBeLessThan(1000 + 155);
  }
  expect(uniformAt(1, 2)).toBe(uniformAt(1, 2));
  expect(uniformAt(1, 2)).not.toBe(uniformAt(2, 1));
});
