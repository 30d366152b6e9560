import { expect, it } from 'vitest';
import { parseJsonBody } from './parse-json-body.ts';

const seedOf = (text: string) =>
  (parseJsonBody(Buffer.from(text), { maxDepth: 10, maxValues: 100 }) as { readonly seed?: unknown }).seed;

it.each([
  ['7', 7],
  ['-9007199254740991', -9_007_199_254_740_991],
  ['9007199254740993', 1],
  ['9007199254740995', 3],
  ['9223372036854775807', 2 ** 52 - 1],
  ['9223372036854775806', 2 ** 52 - 2],
  ['-9223372036854775808', 0],
  ['1e300', 1e300],
  ['9223372036854775808', 2 ** 63],
  ['"9223372036854775807"', '9223372036854775807'],
])('a seed of %s is %d', (written, seed) => {
  expect(seedOf(`{"messages":[{"seed":9223372036854775801}],"seed":${written},"x":{"seed":5}}`)).toBe(seed);
});

it.each(['9007199254740993', '-9223372036854775807', '1234567890123456789'])(
  '%s draws what it always would',
  (written) => {
    expect(BigInt.asUintN(32, BigInt(seedOf(`{"seed":${written}}`) as number))).toBe(
      BigInt.asUintN(32, BigInt(written)),
    );
  },
);

it('a body is read about as fast with a large seed as with a small one', () => {
  const tokens = `[${'1,'.repeat(200_000)}1]`;
  const bounds = { maxDepth: 10, maxValues: 1_000_000 };
  const fastestMs = (seed: string) => {
    const body = Buffer.from(`{"seed":${seed},"prompt":${tokens}}`);
    const times = Array.from({ length: 5 }, () => {
      const startedAt = performance.now();
      parseJsonBody(body, bounds);
      return performance.now() - startedAt;
    });
    return Math.min(...times);
  };

  expect(fastestMs('9223372036854775807')).toBeLessThan(5 * fastestMs('7'));
});

it.each([
  String.raw`{"x":"\"seed\":9223372036854775801","seed":9223372036854775807}`,
  String.raw`{"\"seed":9223372036854775801,"seed" : 9223372036854775807}`,
  '{"seed":9223372036854775807,"x":["seed",{"seed":9223372036854775801}]}',
])('the seed of %s is its own', (text) => {
  expect(seedOf(text)).toBe(2 ** 52 - 1);
});
