import { expect, test } from 'vitest';
import { columns } from './columns.ts';

test('what others named stays in its cell and says nothing to the terminal', () => {
  const rows = [
    ['a\nb', 'c\u001b[2J', '1'],
    ['d', 'e', '23'],
  ];
  expect(columns(rows, 2)).toEqual(['a\\u{a}b  c\\u{1b}[2J   1', 'd        e           23']);
});
