import { expect, it } from 'vitest';
import { parseDuration } from './duration.ts';

it.each([
  [300, 300_000],
  ['300', 300_000],
  [0, 0],
  ['0', 0],
  [-1, Infinity],
  ['-1', Infinity],
  ['-5m', Infinity],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['250ms', 250],
  ['1.5s', 1500],
])('%j is %d milliseconds', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

it.each(['', 'soon', '5 minutes', '5x', 'm5'])('%j is no time', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});
