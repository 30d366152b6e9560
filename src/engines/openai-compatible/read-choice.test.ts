import { expect, it } from 'vitest';
import { createChoiceReader } from './read-choice.ts';

const read = (finish_reason: string) =>
  createChoiceReader(0, { stop: [], stop_token_ids: [], tools: undefined }).read({ delta: {}, finish_reason });

it.each(['abort', 'constructor', '__proto__'])('an end that is called "%s" is none', (reason) => {
  expect(() => read(reason)).toThrow('gave up while answering');
});
