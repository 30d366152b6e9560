import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChatCompletionRequestInput } from '../../src/api/chat-completion-request.ts';
import { engineRequest, type OutputConstraint } from '../../src/api/internal/engine-request.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { answer, ask, startScriptedEngine } from '../support/engine.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startScriptedEngine();
});
afterAll(() => engine.close());

/** Of the six words that the script says with equal probability, all but `red`. */
const output: OutputConstraint = {
  kind: 'regex',
  pattern: '(green |blue |white |black |grey )+',
  param: 'guided_regex',
};
const dice = { temperature: 1, top_p: 1, max_tokens: 60, seed: 11 };

async function textOf(fields: Partial<ChatCompletionRequestInput>, held?: OutputConstraint): Promise<string> {
  const request = engineRequest.parse({ ...ask('dice', { ...dice, ...fields }), output: held });
  return (await answer(engine, request)).texts[0] ?? '';
}

it('the same is drawn after a refusal, whether the sampler remembers its choices or not', async () => {
  const plain = await textOf({}, output);

  expect(await textOf({ presence_penalty: 1e-6 }, output)).toBe(plain);
});

it('a word that is not to be written is refused as a grammar refuses it', async () => {
  expect(await textOf({ bad_words: ['red '] })).toBe(await textOf({}, output));
});

it('several words are refused at once, and what is left is as likely as the model says', async () => {
  const text = await textOf({ bad_words: ['red ', 'green ', 'blue '], max_tokens: 1500 });
  const words = text.trim().split(' ');

  for (const word of ['white', 'black', 'grey']) {
    // 500 of 1500, with a standard deviation of 18.
    expect(Math.abs(words.filter((each) => each === word).length - 500)).toBeLessThan(75);
  }
});
