import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatCompletionRequestInput } from '../../src/api/chat-completion-request.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { collect } from '../../src/inference/answers/collect.ts';
import { answer, ask, startScriptedEngine } from '../support/engine.ts';

type Fields = Partial<ChatCompletionRequestInput>;

let engine: Engine;
beforeAll(async () => {
  engine = await startScriptedEngine();
});
afterAll(() => engine.close());

/** The one choice of the plain answer, after the stream of the same request was seen to agree. */
async function choiceOf(content: string, fields: Fields = {}) {
  const request = ask(content, { seed: 1, ...fields });
  const { chunks } = await answer(engine, request);
  const plain = await collect(await engine.chat(request, new AbortController().signal));
  const parts = chunks.flatMap(({ choices }) => choices);
  const [choice] = plain.choices;
  if (!choice) throw new Error('There is no choice.');
  expect(parts.map(({ delta }) => delta.content ?? '').join('')).toBe(choice.message.content);
  expect(parts.at(-1)?.stop_reason).toEqual(choice.stop_reason);
  expect(parts.slice(0, -1).every((part) => part.stop_reason === undefined)).toBe(true);
  const ids = parts.flatMap((part) => part.token_ids ?? []);
  expect(ids).toEqual(choice.token_ids ?? []);
  return { ...choice, text: choice.message.content, usage: plain.usage, parts, plain };
}

const failure = (content: string, fields: Fields) => choiceOf(content, fields).catch((error: unknown) => error);
const idsOf = async (content: string) => (await choiceOf(content, { return_token_ids: true })).token_ids ?? [];

describe('a stop reason', () => {
  it.each<[string, string, Fields, string | number | null]>([
    ['is null where the model ended', 'hello', {}, null],
    ['is null where a limit ended', 'forever', { max_tokens: 3 }, null],
    ['is the stop string', 'count', { stop: ['nine', 'three'] }, 'three'],
  ])('%s', async (_, content, fields, expected) => {
    expect((await choiceOf(content, fields)).stop_reason).toBe(expected);
  });

  it('is the stop token, whose text is left out', async () => {
    const three = (await idsOf('count'))[2] ?? -1;
    const { text, stop_reason, finish_reason, usage } = await choiceOf('count', { stop_token_ids: [three] });

    expect({ text, stop_reason, finish_reason }).toEqual({
      text: 'one two ',
      stop_reason: three,
      finish_reason: 'stop',
    });
    expect(usage.completion_tokens).toBe(3);
  });

  it('is null for an end of the model, even if that is listed', async () => {
    const end = (await idsOf('hello')).at(-1) ?? -1;

    expect(await choiceOf('hello', { stop_token_ids: [end] })).toMatchObject({
      stop_reason: null,
      finish_reason: 'stop',
    });
  });
});

describe('include_stop_str_in_output', () => {
  it('keeps the stop string, also one that ends inside of a token', async () => {
    const fields = { include_stop_str_in_output: true, stop: ['three fou'] };

    expect((await choiceOf('count', fields)).text).toBe('one two three fou');
  });

  it('keeps the stop token, with its log probability', async () => {
    const three = (await idsOf('count'))[2] ?? -1;
    const fields = { include_stop_str_in_output: true, stop_token_ids: [three], logprobs: true };
    const { text, stop_reason, logprobs } = await choiceOf('count', fields);

    expect({ text, stop_reason }).toEqual({ text: 'one two three ', stop_reason: three });
    expect(logprobs?.content?.map(({ token }) => token)).toEqual(['one ', 'two ', 'three ']);
  });

  it('shows no end of the model', async () => {
    expect((await choiceOf('hello', { include_stop_str_in_output: true })).text).toBe('Hello, I am a script.');
  });
});

describe('min_tokens', () => {
  it('forbids stop tokens as long as ends', async () => {
    const [, two = -1] = await idsOf('count');
    const { token_ids: ids = [] } = await choiceOf('count', {
      stop_token_ids: [two],
      min_tokens: 4,
      max_tokens: 4,
      return_token_ids: true,
    });

    expect(ids).toHaveLength(4);
    expect(ids).not.toContain(two);
  });
});

describe('min_tokens, where stop strings come early', () => {
  it('lets them pass', async () => {
    const fields = { stop: ['two', 'five'], min_tokens: 4 };

    expect(await choiceOf('count', fields)).toMatchObject({ text: 'one two three four ', stop_reason: 'five' });
    expect(await choiceOf('count', { ...fields, min_tokens: 1 })).toMatchObject({ text: 'one ', stop_reason: 'two' });
  });
});

describe('logprob_token_ids', () => {
  it('are reported beside each token, with the chosen one, in order of probability', async () => {
    const [one = -1, two = -1] = await idsOf('count');
    const fields = { logprobs: true, logprob_token_ids: [two, one], max_tokens: 1 };
    const [entry] = (await choiceOf('count', fields)).logprobs?.content ?? [];
    const [other] = (await choiceOf('hello', fields)).logprobs?.content ?? [];

    expect(entry?.top_logprobs.map(({ token }) => token)).toEqual(['one ', 'two ']);
    expect(other?.top_logprobs.map(({ token }) => token).toSorted()).toEqual(['Hello', 'one ', 'two ']);
    expect(other?.top_logprobs[0]?.token).toBe('Hello');
  });
});

describe('bad_words', () => {
  it('refuses a word of several tokens', async () => {
    const { text } = await choiceOf('count', { bad_words: [' four '], temperature: 0, max_tokens: 5 });

    expect(text).toMatch(/^one two three fo/);
    expect(text).not.toContain('four ');
  });

  it('lets a word stand that tokens do not end with', async () => {
    // The token has a space behind it.
    expect((await choiceOf('count', { bad_words: ['four'], max_tokens: 5 })).text).toBe('one two three four ');
  });

  it('refuses a token by itself, and more of them in turn', async () => {
    const { text } = await choiceOf('dice', {
      bad_words: ['red ', 'green ', 'blue ', 'white ', 'black '],
      temperature: 1,
      top_p: 1,
      max_tokens: 8,
    });

    expect(text).toBe('grey '.repeat(8));
  });

  it('lets a word stand inside of a longer one', async () => {
    expect((await choiceOf('count', { bad_words: ['hre', 'o t'], max_tokens: 3 })).text).toBe('one two three ');
  });

  it('leaves log probabilities and other choices as they were', async () => {
    const fields = { temperature: 1, top_p: 1, max_tokens: 6, logprobs: true, top_logprobs: 6 };
    const { logprobs } = await choiceOf('dice', { ...fields, bad_words: ['red '] });

    for (const entry of logprobs?.content ?? []) {
      expect(entry.token).not.toBe('red ');
      for (const each of entry.top_logprobs) expect(each.logprob).toBeCloseTo(-Math.log(6), 9);
    }
  });
});

describe('allowed_token_ids', () => {
  it('are the only tokens, ends included', async () => {
    const [one = -1, two = -1] = await idsOf('count');
    const { text, finish_reason } = await choiceOf('count', { allowed_token_ids: [two, one], max_tokens: 7 });

    expect(text?.replaceAll(/one |two /g, '')).toBe('');
    expect(finish_reason).toBe('length');
  });

  it('ask for nothing when there are none', async () => {
    expect((await choiceOf('hello', { allowed_token_ids: [] })).text).toBe('Hello, I am a script.');
  });

  it('leave log probabilities as they were', async () => {
    const [, two = -1] = await idsOf('count');
    const fields = { allowed_token_ids: [two], max_tokens: 1, logprobs: true, top_logprobs: 1 };
    const { logprobs } = await choiceOf('count', fields);

    expect(logprobs?.content?.[0]).toMatchObject({ token: 'two ', top_logprobs: [{ token: 'one ' }] });
    expect(logprobs?.content?.[0]?.logprob).toBeLessThan(-100);
  });

  it('are an error that names them where nothing is left to choose', async () => {
    const end = (await idsOf('hello')).at(-1) ?? -1;
    const [one = -1] = await idsOf('count');

    expect(await failure('hello', { allowed_token_ids: [end], min_tokens: 2 })).toMatchObject({
      status: 400,
      param: 'allowed_token_ids',
    });
    expect(await failure('count', { allowed_token_ids: [one], bad_words: ['one '] })).toMatchObject({ status: 400 });
    expect((await choiceOf('hello')).text).toBe('Hello, I am a script.');
  });

  it('draw the same with the same seed', async () => {
    const ids = (await idsOf('dice')).slice(0, 3);
    const fields = { allowed_token_ids: ids, temperature: 1, top_p: 1, max_tokens: 20, seed: 7 };

    expect((await choiceOf('dice', fields)).text).toBe((await choiceOf('dice', fields)).text);
  });
});

describe.each<[string, Fields, string]>([
  ['stop_token_ids', { stop_token_ids: [5, 99_999] }, 'stop_token_ids[1]'],
  ['logprob_token_ids', { logprob_token_ids: [99_999], logprobs: true }, 'logprob_token_ids[0]'],
  ['allowed_token_ids', { allowed_token_ids: [99_999] }, 'allowed_token_ids[0]'],
  ['logit_bias', { logit_bias: { 99999: 1 } }, 'logit_bias.99999'],
])('%s that the model does not have', (_, fields, param) => {
  it('are refused by name', async () => {
    expect(await failure('hello', fields)).toMatchObject({ status: 400, param });
  });
});

describe('return_token_ids', () => {
  it.each<[string, Fields]>([
    ['hello', {}],
    ['emoji', {}],
    ['count', { stop: ['ree fo'] }],
    ['count', { stop: ['six seven'] }],
    ['ponder', {}],
    ['silence', {}],
    ['cut', { max_tokens: 2 }],
    ['look-up', { tools: [{ type: 'function', function: { name: 'get_weather' } }] }],
  ])('of %s %j has every token that usage counts, and the prompt', async (content, fields) => {
    const { token_ids: ids, usage, plain, parts } = await choiceOf(content, { ...fields, return_token_ids: true });

    expect(ids).toHaveLength(usage.completion_tokens);
    expect(plain.prompt_token_ids).toHaveLength(usage.prompt_tokens);
    expect(parts.length).toBeGreaterThan(1);
  });

  it('has the prompt in the first chunk and nowhere else, and each choice its own', async () => {
    const request = ask('dice', { n: 3, temperature: 1, top_p: 1, max_tokens: 9, return_token_ids: true });
    const { chunks, usage } = await answer(engine, request);
    const [first, ...rest] = chunks;

    expect(first?.prompt_token_ids).toHaveLength(usage?.prompt_tokens ?? -1);
    expect(rest.every((chunk) => chunk.prompt_token_ids === undefined)).toBe(true);
    for (const index of [0, 1, 2]) {
      const ids = chunks.flatMap(({ choices }) =>
        choices.flatMap((choice) => (choice.index === index ? (choice.token_ids ?? []) : [])),
      );
      expect(ids).toHaveLength(9);
    }
  });

  it('is not there unless asked for', async () => {
    const { chunks } = await answer(engine, ask('hello'));

    expect(chunks.every((chunk) => !('prompt_token_ids' in chunk))).toBe(true);
    expect(chunks.every(({ choices }) => choices.every((choice) => !('token_ids' in choice)))).toBe(true);
  });
});

describe('return_tokens_as_token_ids', () => {
  it('names tokens by their ids in log probabilities', async () => {
    const fields = { return_tokens_as_token_ids: true, return_token_ids: true, logprobs: true, top_logprobs: 2 };
    const { logprobs, token_ids: ids = [] } = await choiceOf('hello', fields);
    const entries = logprobs?.content ?? [];

    expect(entries.map(({ token }) => token)).toEqual(ids.slice(0, -1).map((id) => `token_id:${id}`));
    expect(entries[0]?.top_logprobs[1]?.token).toMatch(/^token_id:\d+$/);
    expect(Buffer.from(entries[0]?.bytes ?? []).toString()).toBe('Hello');
  });
});

describe('skip_special_tokens', () => {
  it('shows control tokens by name when it is false, but not the one that ends the answer', async () => {
    const [, control = -1] = (await choiceOf('hello', { return_token_ids: true })).plain.prompt_token_ids ?? [];
    const start = (await choiceOf('hello', { return_token_ids: true })).plain.prompt_token_ids?.[0] ?? control;
    const fields = { allowed_token_ids: [start], max_tokens: 2 };

    expect((await choiceOf('hello', fields)).text).toBe('');
    expect((await choiceOf('hello', { ...fields, skip_special_tokens: false })).text).toBe('<|im_start|><|im_start|>');
    expect((await choiceOf('hello', { skip_special_tokens: false })).text).toBe('Hello, I am a script.');
  });
});
