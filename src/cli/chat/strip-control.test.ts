import { expect, test } from 'vitest';
import { stripControl } from './strip-control.ts';

test('what a terminal obeys is removed; text, breaks and tabs stay', () => {
  expect(stripControl('a\u001b[31mb\u0007\r\u009bc\n\té🙂')).toBe('a[31mbc\n\té🙂');
});
