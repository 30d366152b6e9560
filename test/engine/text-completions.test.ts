import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Completion, CompletionChunk } from '../../src/api/completion.ts';
import { builtInModel } from '../../src/config/built-in-model.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { startEngine, startScriptedEngine } from '../support/engine.ts';
import { sseData } from '../support/sse-events.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { createTinyModels } from '../support/tiny-models.ts';

const models = createTinyModels();
const engines: Record<string, Engine> = {};
let server: TestServer;
beforeAll(async () => {
  const [builtIn, scripted, beginning, spacing] = await Promise.all([
    startEngine(builtInModel.path),
    startScriptedEngine(),
    startEngine(models.write('gemma3').path),
    startEngine(models.write('mistral').path),
  ]);
  Object.assign(engines, { builtIn, scripted, beginning, spacing });
  server = await startTestServer(builtIn, { models: engines });
});
afterAll(async () => {
  await server.stop();
  await Promise.all(Object.values(engines).map((engine) => engine.close()));
  models.remove();
});

async function complete(fields: object): Promise<Completion & { error?: { code: string; param: string } }> {
  const response = await post('/v1/completions', fields);
  return (await response.json()) as Completion;
}

function post(path: string, fields: object): Promise<Response> {
  const body = { ...(!('messages' in fields) && { prompt: 'The sea' }), model: 'builtIn', temperature: 0, ...fields };
  return server.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function choiceOf(fields: object) {
  const answer = await complete(fields);
  const [choice] = answer.choices ?? [];
  if (!choice) throw new Error(JSON.stringify(answer));
  return { ...choice, usage: answer.usage };
}

/** The echoed prompt's log probabilities, and nothing else. */
async function echoed(prompt: string | number[], fields: object = {}) {
  const choice = await choiceOf({ prompt, echo: true, logprobs: 1, max_tokens: 0, ...fields });
  if (!choice.logprobs) throw new Error('There are no log probabilities.');
  return { ...choice, logprobs: choice.logprobs };
}

const text = 'The capital of France is Paris.';

describe('echo with logprobs', () => {
  it('tells what the model held of each token, as it does token by token', async () => {
    const { logprobs, prompt_token_ids: ids = [] } = await echoed(text, { return_token_ids: true });
    const steps: (number | null)[] = [];
    for (const [at, id] of ids.entries()) {
      if (at === 0) continue;
      const step = await choiceOf({
        prompt: ids.slice(0, at),
        max_tokens: 1,
        logprobs: 0,
        allowed_token_ids: [id],
        ignore_eos: true,
      });
      steps.push(step.logprobs?.token_logprobs[0] ?? null);
    }
    const sum = (values: readonly (number | null)[]) =>
      values.reduce<number>((total, value) => total + (value ?? 0), 0);

    expect(steps).toHaveLength(ids.length - 1);
    expect(steps).not.toContain(null);
    expect(logprobs.token_logprobs[0]).toBeNull();
    expect(sum(logprobs.token_logprobs)).toBeCloseTo(sum(steps), 1);
    for (const [at, step] of steps.entries()) expect(logprobs.token_logprobs[at + 1]).toBeCloseTo(step ?? NaN, 1);
  });

  it('names the tokens, their places and what was likeliest there', async () => {
    const { logprobs, text: whole } = await echoed(text, { logprobs: 2 });
    const greedy = await choiceOf({ prompt: 'The capital of', max_tokens: 1, logprobs: 2 });
    const at = logprobs.tokens.findIndex((_, index) => logprobs.tokens.slice(0, index).join('') === 'The capital of');

    expect(whole).toBe(text);
    expect(logprobs.tokens.join('')).toBe(text);
    for (const [index, offset] of logprobs.text_offset.entries())
      expect(text.slice(offset).startsWith(logprobs.tokens[index] ?? '?')).toBe(true);
    expect(at).toBeGreaterThan(0);
    expect(Object.keys(logprobs.top_logprobs[at] ?? {})).toContain(greedy.text);
    expect(Object.keys(logprobs.top_logprobs[at] ?? {}).length).toBeLessThan(4);
  });

  it('goes on with those of the answer, plain and streamed alike', async () => {
    const fields = { prompt: text, echo: true, logprobs: 1, max_tokens: 3, ignore_eos: true };
    const plain = await choiceOf(fields);
    const events = sseData(await (await post('/v1/completions', { ...fields, stream: true })).text());
    const chunks = events.slice(0, -1).map((data) => JSON.parse(data) as CompletionChunk);
    const pieces = chunks.flatMap(({ choices }) => choices);

    expect(plain.text.startsWith(text)).toBe(true);
    expect(plain.logprobs?.tokens.join('')).toBe(plain.text);
    expect(plain.logprobs?.token_logprobs.filter((value) => value === null)).toHaveLength(1);
    expect(pieces.map((piece) => piece.text).join('')).toBe(plain.text);
    expect(pieces.flatMap((piece) => piece.logprobs?.tokens ?? [])).toEqual(plain.logprobs?.tokens);
    expect(pieces.flatMap((piece) => piece.logprobs?.text_offset ?? [])).toEqual(plain.logprobs?.text_offset);
    expect(plain).not.toHaveProperty('prompt_logprobs');
    expect(plain).not.toHaveProperty('token_ids');
  });

  it('has an entry for each token, also for one that ends the answer', async () => {
    const ended = await choiceOf({
      model: 'scripted',
      prompt: '<|say-hello|>',
      echo: true,
      logprobs: 1,
      max_tokens: 20,
      return_token_ids: true,
    });
    const last = (ended.token_ids?.length ?? 0) - 1;
    const atOnce = await choiceOf({
      model: 'scripted',
      prompt: [...(ended.prompt_token_ids ?? []), ...(ended.token_ids ?? []).slice(0, last)],
      echo: true,
      logprobs: 1,
      max_tokens: 1,
    });

    expect(ended.finish_reason).toBe('stop');
    expect(ended.logprobs?.tokens).toHaveLength(ended.usage.prompt_tokens + ended.usage.completion_tokens);
    expect(ended.logprobs?.tokens.at(-1)).toMatch(/^<\|.+\|>$/);
    expect(ended.logprobs?.text_offset.at(-1)).toBe(ended.text.length);
    // What scores a text leaves out the last entry, whatever was generated.
    expect(atOnce.logprobs?.token_logprobs).toHaveLength(atOnce.usage.prompt_tokens + 1);
  });

  it('generates nothing with max_tokens 0, for each of several prompts and choices', async () => {
    const { choices, usage } = await complete({ prompt: ['One', 'Two'], echo: true, logprobs: 0, max_tokens: 0, n: 2 });

    expect(choices.map((choice) => choice.text)).toEqual(['One', 'One', 'Two', 'Two']);
    expect(choices.map((choice) => choice.finish_reason)).toEqual(Array(4).fill('length'));
    expect(choices.map((choice) => choice.logprobs?.tokens.join(''))).toEqual(['One', 'One', 'Two', 'Two']);
    expect(usage.completion_tokens).toBe(0);
  });

  it('counts characters, also of tokens that are parts of one', async () => {
    const { logprobs } = await echoed('a🎉 b🎉c');
    const last = logprobs.tokens.length - 1;

    expect(logprobs.tokens.some((token) => token.startsWith('bytes:'))).toBe(true);
    expect(logprobs.tokens[last]).toBe('c');
    expect(logprobs.text_offset[last]).toBe(5);
  });

  it('names and counts a first token that is a part of a character', async () => {
    const { logprobs } = await echoed('🎉b');
    const [first = '', ...others] = logprobs.tokens.slice(0, -1).map((token) => token.replace(/^bytes:/, ''));

    expect(first).toMatch(/^\\xf0/);
    expect(first + others.join('')).toBe(String.raw`\xf0\x9f\x8e\x89`);
    expect(logprobs.text_offset).toEqual([0, ...others.map(() => 0), 1]);
  });

  it('gives a token before every text no room, and no probability', async () => {
    const { logprobs, text: whole } = await echoed('a b', { model: 'beginning' });

    expect(whole).toBe('a b');
    expect(logprobs.tokens[0]).toMatch(/^<.+>$/);
    expect(logprobs.token_logprobs[0]).toBeNull();
    expect(logprobs.text_offset.slice(0, 2)).toEqual([0, 0]);
    expect(logprobs.tokens.slice(1).join('')).toBe('a b');
  });

  it('gives the space that a tokenizer puts before a text no room', async () => {
    const { logprobs, text: whole } = await echoed('a b', { model: 'spacing', max_tokens: 1, ignore_eos: true });
    const [, second, third] = logprobs.text_offset;

    expect(whole.startsWith('a b')).toBe(true);
    expect(logprobs.tokens[1]).toMatch(/^ /);
    expect([second, third]).toEqual([0, 1]);
    expect(logprobs.text_offset.at(-1)).toBe('a b'.length);
  });

  it('names tokens by their ids where asked', async () => {
    const fields = { return_tokens_as_token_ids: true, return_token_ids: true };
    const { logprobs, prompt_token_ids: ids } = await echoed(text, fields);

    expect(logprobs.tokens).toEqual(ids?.map((id) => `token_id:${id}`));
    expect(logprobs.text_offset.at(-1)).toBe(text.length - 1);
  });

  it('echoes what is left of a prompt that is cut', async () => {
    const { logprobs, text: whole, usage } = await echoed(text, { truncate_prompt_tokens: 4 });
    const silent = await choiceOf({ prompt: text, echo: true, max_tokens: 0, truncate_prompt_tokens: 4 });

    expect(usage.prompt_tokens).toBe(4);
    expect(logprobs.tokens).toHaveLength(4);
    expect(text.endsWith(whole)).toBe(true);
    expect(logprobs.tokens.join('')).toBe(whole);
    expect(silent.text).toBe(whole);
  });

  it('has room for a prompt that is cut to what fits, where nothing is generated', async () => {
    const prompt = Array.from({ length: 3000 }, (_, at) => (at % 90) + 100);
    const fields = { prompt, model: 'scripted', echo: true, max_tokens: 0, truncate_prompt_tokens: -1 };
    const state = engines['scripted']?.state();

    expect((await choiceOf(fields)).usage.prompt_tokens).toBe(
      Math.min(3000, state?.kind === 'ready' ? (state.contextLength ?? 0) - 1 : 0),
    );
  });

  it('is refused by the name of the field that asks for too much', async () => {
    const prompt = Array.from({ length: 960 }, (_, at) => (at % 90) + 100);

    expect(await complete({ prompt, echo: true, logprobs: 20, max_tokens: 1 })).toMatchObject({
      error: { code: 'invalid_value', param: 'logprobs' },
    });
    expect(await complete({ prompt, echo: true, logprobs: 1, prompt_logprobs: 20, max_tokens: 1 })).toMatchObject({
      error: { code: 'invalid_value', param: 'prompt_logprobs' },
    });
  });
});

describe('fields of the chat route on a text completion', () => {
  const count = { model: 'scripted', prompt: '<|say-count|>', max_tokens: 20 };

  it('end the text at a token and say so', async () => {
    const { token_ids: ids = [] } = await choiceOf({ ...count, return_token_ids: true });
    const [, second = -1] = ids;
    const stopped = await choiceOf({ ...count, stop_token_ids: [second] });
    const kept = await choiceOf({ ...count, stop_token_ids: [second], include_stop_str_in_output: true });
    const atText = await choiceOf({ ...count, stop: ['three'], include_stop_str_in_output: true });

    expect(stopped).toMatchObject({ text: 'one ', finish_reason: 'stop', stop_reason: second });
    expect(kept.text).toBe('one two ');
    expect(atText).toMatchObject({ text: 'one two three', stop_reason: 'three' });
  });

  it('tell of tokens in each choice', async () => {
    const fields = { ...count, n: 2, return_token_ids: true, prompt_logprobs: 1 };
    const { choices, usage } = await complete(fields);
    const events = sseData(await (await post('/v1/completions', { ...fields, stream: true })).text());
    const pieces = events.slice(0, -1).flatMap((data) => (JSON.parse(data) as CompletionChunk).choices);

    for (const { index, prompt_token_ids: ids, prompt_logprobs: places, token_ids: answered } of choices) {
      const own = pieces.filter((piece) => piece.index === index);
      expect(ids).toHaveLength(usage.prompt_tokens);
      expect(places).toHaveLength(usage.prompt_tokens);
      expect(own.flatMap((piece) => piece.token_ids ?? [])).toEqual(answered);
      expect(own.filter((piece) => piece.prompt_token_ids).map((piece) => piece.prompt_token_ids)).toEqual([ids]);
      expect(own.filter((piece) => piece.prompt_logprobs).map((piece) => piece.prompt_logprobs)).toEqual([places]);
    }
    expect(choices.flatMap((choice) => choice.token_ids)).toHaveLength(usage.completion_tokens);
  });

  it('tell of the prompt alone', async () => {
    const { prompt_logprobs: alone } = await choiceOf({ ...count, prompt_logprobs: 1 });
    const { prompt_logprobs: withIds } = await choiceOf({ ...count, prompt_logprobs: 1, return_token_ids: true });

    expect(alone).toEqual(withIds);
  });

  it('choose among fewer tokens', async () => {
    const few = await choiceOf({ ...count, allowed_token_ids: [97, 98], max_tokens: 2 });

    expect(few.text).toMatch(/^[a-d]{2}$/);
    expect((await choiceOf({ ...count, bad_words: ['one '] })).text).not.toMatch(/^one /);
  });

  it('name the answer', async () => {
    expect((await complete({ ...count, prompt: ['a', 'b'], request_id: 'mine', session_id: 's' })).id).toBe(
      'cmpl-mine',
    );
  });

  it('report named tokens', async () => {
    const { logprobs } = await choiceOf({ ...count, logprobs: 0, logprob_token_ids: [97, 98] });

    expect(Object.keys(logprobs?.top_logprobs[0] ?? {})).toHaveLength(3);
  });

  it('hold the text to a form', async () => {
    const form = { guided_regex: '[ab]{3}' };

    expect((await choiceOf({ ...count, ...form })).text).toMatch(/^[ab]{3}$/);
    const schema = {
      type: 'object',
      properties: { a: { enum: [1, 2] } },
      required: ['a'],
      additionalProperties: false,
    };
    expect(JSON.parse((await choiceOf({ ...count, guided_json: schema, max_tokens: 400 })).text)).toMatchObject({
      a: expect.any(Number),
    });
    expect(await complete({ ...count, guided_regex: '(?=a)a' })).toMatchObject({
      error: { code: 'unsupported_schema', param: 'guided_regex' },
    });
  });
});

describe('what a chat would let the model read', () => {
  const messages = [
    { role: 'user', content: 'What is the capital of France?' },
    { role: 'assistant', content: 'The capital' },
  ];
  const rendered = async (fields: object) =>
    (await (await post('/v1/chat/completions/render', { messages, ...fields })).json()) as {
      token_ids: number[];
      prompt_text: string;
    };
  const counted = async (fields: object) =>
    (await (await post('/tokenize', { messages, ...fields })).json()) as { count: number; tokens: number[] };
  const read = async (fields: object) => {
    const response = await post('/v1/chat/completions', { messages, max_tokens: 1, return_token_ids: true, ...fields });
    return ((await response.json()) as { prompt_token_ids: number[] }).prompt_token_ids;
  };

  it.each([
    {},
    { truncate_prompt_tokens: 5 },
    { truncate_prompt_tokens: 5, truncation_side: 'right' },
    { truncate_prompt_tokens: -1, max_tokens: 1010 },
    { continue_final_message: true },
    { add_generation_prompt: false },
    { reasoning_effort: 'none' },
    { continue_final_message: true, truncate_prompt_tokens: 7 },
  ])('is what /render and /tokenize show with %j', async (fields) => {
    const [shown, tokenized, ids] = await Promise.all([rendered(fields), counted(fields), read(fields)]);

    expect(shown.token_ids).toEqual(ids);
    expect(tokenized).toMatchObject({ count: ids.length, tokens: ids });
  });

  it('shows the text of what is left where it is cut', async () => {
    const whole = await rendered({});
    const cut = await rendered({ truncate_prompt_tokens: 5 });

    expect(whole.prompt_text.endsWith(cut.prompt_text)).toBe(true);
    expect(cut.prompt_text.length).toBeLessThan(whole.prompt_text.length);
  });

  it.each([
    [{ documents: [{ title: 'A' }] }, 'documents'],
    [{ chat_template_kwargs: { nothing_of_the_kind: 1 } }, 'chat_template_kwargs.nothing_of_the_kind'],
  ])('is refused alike with %j', async (fields, param) => {
    const paths = ['/v1/chat/completions', '/v1/chat/completions/render', '/tokenize'];
    const answers = await Promise.all(
      paths.map(async (path) => (await post(path, { messages, ...fields })).json() as Promise<{ error: object }>),
    );

    expect(answers[0]).toMatchObject({ error: { param: expect.stringContaining(param.split('.')[0] ?? '') } });
    expect(answers[1]?.error).toEqual(answers[0]?.error);
    expect(answers[2]?.error).toEqual(answers[0]?.error);
  });
});
