import { expect, it } from 'vitest';
import { parseByteSize } from './byte-size.ts';

it.each([
  [1024, 1024],
  ['1024', 1024],
  ['8GiB', 8 * 2 ** 30],
  ['512M', 512 * 2 ** 20],
  ['1.5 gb', 1.5 * 2 ** 30],
  ['2k', 2048],
])('%j is %d bytes', (text, bytes) => {
  expect(parseByteSize(text)).toBe(bytes);
});

it.each(['', 'much', '-1', '8 giants'])('%j is no size', (text) => {
  expect(parseByteSize(text)).toBeUndefined();
});
