import { expect, it } from 'vitest';
import { formatBytes } from './format-bytes.ts';

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1.00 kB'],
  [12_345, '12.3 kB'],
  [999_600, '1.00 MB'],
  [4_920_000_000, '4.92 GB'],
  [123_456_000_000, '123 GB'],
  [5e15, '5000 TB'],
])('%d bytes are %s for people', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
