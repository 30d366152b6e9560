import { expect, it } from 'vitest';
import { parseMoment } from './moment.ts';

it.each([
  ['2026-01-31', Date.UTC(2026, 0, 31)],
  ['2028-02-29', Date.UTC(2028, 1, 29)],
  ['2026-01-31T10:00Z', Date.UTC(2026, 0, 31, 10)],
  ['2026-01-31T10:00:00.5+02:00', Date.UTC(2026, 0, 31, 8, 0, 0, 500)],
])('reads %s', (text, at) => {
  expect(parseMoment(text)).toBe(at);
});

it.each([
  '2026-02-31',
  '2027-02-29',
  '2026-04-31T10:00Z',
  '2026-13-01',
  '2026-01-31T10:00',
  '01/02/2027',
  '2027-1-5',
  '',
])('says of "%s" that it is no moment', (text) => {
  expect(parseMoment(text)).toBeUndefined();
});
