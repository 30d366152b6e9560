import { expect, it } from 'vitest';
import { answerNote } from '../../web/src/answer-note.ts';

const outcome = {
  finishReason: 'stop',
  usage: { prompt_tokens: 9, completion_tokens: 21 },
  firstTokenMs: 50,
  isStopped: false,
};

it("the page's note tells the speed of an answer that took a while", () => {
  expect(answerNote({ ...outcome, totalMs: 1050 })).toBe('9 + 21 tokens · first after 50 ms · 20 tokens/s');
});

it('and none of one that came in a moment, whose time is that of a few packets', () => {
  expect(answerNote({ ...outcome, totalMs: 50.3 })).toBe('9 + 21 tokens · first after 50 ms');
});
