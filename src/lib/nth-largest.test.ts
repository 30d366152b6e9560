import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nthLargest } from './nth-largest.ts';

const number = fc.oneof(fc.float({ noNaN: true }), fc.constantFrom(0, 1, -Infinity));
/** With one zero: sorting puts −0 before 0, which are equally large. */
const numbers = fc.array(
  number.map((any) => any + 0),
  { minLength: 1 },
);

it('is what sorting finds at that place', () => {
  fc.assert(
    fc.property(numbers, fc.nat(), (given, chance) => {
      const n = 1 + (chance % given.length);

      expect(nthLargest(Float32Array.from(given), n)).toBe(Float32Array.from(given).toSorted().at(-n));
    }),
  );
});

it('counts what is no number last', () => {
  expect(nthLargest(Float32Array.of(Number.NaN, 3, 5), 2)).toBe(3);
  expect(nthLargest(Float32Array.of(Number.NaN, 3, 5), 3)).toBe(-Infinity);
});

it('finds nothing beyond them', () => {
  expect(nthLargest(Float32Array.of(1), 2)).toBeNaN();
});
