import { expect, it } from 'vitest';
import { tokenizePrompt } from './prompt.ts';

/** Tokens are code units; a special token stands before what may hold some. */
function vocabulary(isAdded = false) {
  const inARow: number[] = [0];
  const tokensOf = (text: string, parsesSpecial: boolean) =>
    Int32Array.from([...(parsesSpecial ? [1] : []), ...Array.from(text, (unit) => unit.charCodeAt(0))]);
  return {
    inARow,
    beginOfSequence: { id: 1, text: '<s>', isAdded },
    tokenize(text: string, parsesSpecial: boolean) {
      inARow.push((inARow.pop() ?? 0) + text.length);
      return tokensOf(text, parsesSpecial);
    },
    async tokenizeOffLoop(text: string, parsesSpecial: boolean) {
      inARow.push(0);
      return tokensOf(text, parsesSpecial);
    },
  };
}

const data = (text: string) => ({ text, isData: true });

it('a prompt of any length keeps the event loop a moment at most', async () => {
  const whole = vocabulary();
  const divided = vocabulary();
  const long = await tokenizePrompt(whole, [data('x'.repeat(100_000))]);
  await tokenizePrompt(
    divided,
    Array.from({ length: 1000 }, () => data('x'.repeat(100))),
  );

  expect(long).toHaveLength(100_000);
  expect(divided.inARow.length).toBeGreaterThan(10);
  for (const length of [...whole.inARow, ...divided.inARow]) expect(length).toBeLessThan(5000);
});

it('special tokens are those of the template alone, and the first is there once', async () => {
  const segments = [{ text: 'a', isData: false }, data('bc'), data('')];

  expect([...(await tokenizePrompt(vocabulary(), segments))]).toEqual([1, 97, 98, 99]);
  expect([...(await tokenizePrompt(vocabulary(true), segments))]).toEqual([1, 97, 98, 99]);
  expect([...(await tokenizePrompt(vocabulary(true), [data('b')]))]).toEqual([1, 98]);
});
