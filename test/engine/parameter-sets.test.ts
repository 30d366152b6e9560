import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatCompletionRequest } from '../../src/api/chat-completion-request.ts';
import { builtInModel } from '../../src/config/built-in-model.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { ManifoldError } from '../../src/errors.ts';
import { collect } from '../../src/inference/answers/collect.ts';
import { startEngine } from '../support/engine.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(builtInModel.path);
});
afterAll(() => engine.close());

/** A linear congruential generator: the same sets on every machine. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff) / 0x80_00_00_00;
}

function randomSet(seed: number) {
  const random = createRandom(seed * 7919 + 1);
  const whole = (below: number) => Math.floor(random() * below);
  const maybe = (fields: object) => (random() < 0.25 ? fields : {});
  const asked = { role: 'user', content: 'Say hello' };
  const said = { role: 'assistant', content: ['', 'Hel', 'Hello <|im_end|> ', '日本'][whole(4)] };
  const parameters = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] };
  const tools = [{ type: 'function', function: { name: 'f', parameters } }];
  return {
    model: 'm',
    messages: random() < 0.5 ? [asked] : [asked, said],
    seed: whole(1e6),
    temperature: [0, 0.7, 1.5][whole(3)],
    max_tokens: 1 + whole(20),
    return_token_ids: true,
    ...maybe({ logprobs: true, top_logprobs: whole(4) }),
    ...maybe({ stop: ['e', ' the'] }),
    ...maybe({ include_stop_str_in_output: true }),
    ...maybe({ stop_token_ids: [whole(300), whole(1000)] }),
    ...maybe({ bad_words: ['Hello', 'is', '.'] }),
    ...maybe({ allowed_token_ids: Array.from({ length: 1 + whole(50) }, () => whole(500)) }),
    ...maybe({ min_tokens: 3 }),
    ...maybe({ ignore_eos: true }),
    ...maybe({ n: 3 }),
    ...maybe({ prompt_logprobs: whole(3) }),
    ...maybe({ truncate_prompt_tokens: [-1, 1, 3, 500][whole(4)] }),
    ...maybe({ truncation_side: 'right' }),
    ...maybe({ skip_special_tokens: false }),
    ...maybe({ presence_penalty: 1, repetition_penalty: 1.1 }),
    ...maybe({ echo: true }),
    ...maybe({ deterministic: true }),
    ...maybe({ tools, tool_choice: random() < 0.5 ? 'auto' : 'required' }),
    ...(random() < 0.7 ? { continue_final_message: true } : {}),
  };
}

/** The answer, or the error where nothing was left to choose. */
async function answerTo(fields: ReturnType<typeof randomSet>) {
  const isContinued = fields.messages.length > 1 && 'continue_final_message' in fields;
  const request = chatCompletionRequest.parse({ ...fields, continue_final_message: isContinued });
  try {
    return { request, answer: await collect(await engine.chat(request, AbortSignal.timeout(60_000))) };
  } catch (error) {
    if (error instanceof ManifoldError) return { request, error };
    throw error;
  }
}

describe('any set of parameters', () => {
  const seeds = Array.from({ length: 80 }, (_, seed) => seed);

  it.each(seeds)('number %i is answered in full, or refused by name', async (seed) => {
    const { request, answer, error } = await answerTo(randomSet(seed));
    const choices = answer?.choices ?? [];
    const { usage, prompt_token_ids: prompt = [], prompt_logprobs: reported = [] } = answer ?? {};
    const isPromptWhole = prompt.slice(1).every((id, at) => reported[at + 1]?.[id] !== undefined);
    const entries = choices.flatMap(({ logprobs }) => logprobs?.content ?? []);

    expect(error === undefined || error.status === 400).toBe(true);
    expect(error?.param).toBe(error && 'allowed_token_ids');
    expect(choices).toHaveLength(answer ? request.n : 0);
    expect(choices.flatMap(({ token_ids: ids = [] }) => ids)).toHaveLength(usage?.completion_tokens ?? 0);
    expect(prompt).toHaveLength(usage?.prompt_tokens ?? 0);
    expect(reported).toHaveLength(answer && request.prompt_logprobs !== undefined ? prompt.length : 0);
    expect(isPromptWhole).toBe(reported.length > 0 || prompt.length < 2);
    expect(entries.every(({ logprob }) => Number.isFinite(logprob))).toBe(true);
  });
});
