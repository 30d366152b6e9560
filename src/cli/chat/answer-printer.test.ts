import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createAnswerPrinter } from './answer-printer.ts';

const pieces = [
  { reasoning: 'Hm', text: '' },
  { reasoning: '.\u001B[2J', text: '' },
  { reasoning: '', text: 'Yes' },
  { reasoning: '', text: '.' },
];

test.each([
  [true, '\u001B[2mHm\u001B[22m\u001B[2m.[2J\u001B[22m\n\nYes.'],
  [false, 'Yes.'],
])('reasoning is faint in a terminal and absent elsewhere (terminal: %s)', (isTTY, expected) => {
  const stdout = Object.assign(new PassThrough(), { isTTY });
  const print = createAnswerPrinter(stdout);

  for (const piece of pieces) print(piece);

  expect(String(stdout.read())).toBe(expected);
});
