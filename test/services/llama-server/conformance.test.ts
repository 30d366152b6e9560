import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatCompletion } from '../../../src/api/chat-completion.ts';
import type { ChatCompletionChunk } from '../../../src/api/chat-completion-chunk.ts';
import { writeModel } from '../../../scripts/make-model.ts';
import { misfit, shortTools } from '../../support/calls.ts';
import { llamaServerProgram } from '../../support/llama-server.ts';
import { writeScriptedModel } from '../../support/scripted-model.ts';
import { sseData } from '../../support/sse-events.ts';
import { startServerProcess, type ServerProcess } from '../../support/server-process.ts';

/** One model file, run by both kinds: what one answers, the other has to. */
const file = writeScriptedModel(4096);
/** One with random weights, which does nothing that it is not held to. */
const random = join(file.directory, 'random.gguf');
let server: ServerProcess;
beforeAll(async () => {
  writeModel('llama', random);
  const shape = { path: file.path, threads: 1, slots: 2, context: 2048 };
  server = await startServerProcess({
    config: {
      llamaServer: llamaServerProgram(),
      models: [
        { ...shape, id: 'ours' },
        { ...shape, id: 'theirs', kind: 'llama-server' },
        { ...shape, id: 'random', path: random, kind: 'llama-server' },
      ],
    },
  });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  file.remove();
});

const post = (path: string, body: object) =>
  server.fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** What has to be the same of an answer, whoever gave it. */
const sameParts = ({ choices, usage }: ChatCompletion) => ({
  choices: choices.map(({ index, message, finish_reason }) => {
    const { content, reasoning_content, tool_calls } = message as typeof message & { reasoning_content?: string };
    const calls = tool_calls?.map(({ function: called }) => called);
    return { index, content, reasoning_content, calls, finish_reason };
  }),
  usage: { prompt: usage.prompt_tokens, completion: usage.completion_tokens },
});

async function plain(model: string, content: string, fields: object) {
  const response = await server.chat(content, { model, ...fields });
  const body = (await response.json()) as ChatCompletion;
  if (response.status !== 200) throw new Error(JSON.stringify(body));
  return body;
}

async function streamed(model: string, content: string, fields: object) {
  const asked = { model, ...fields, stream: true, stream_options: { include_usage: true } };
  const data = sseData(await (await server.chat(content, asked)).text());
  expect(data.at(-1)).toBe('[DONE]');
  const chunks = data.slice(0, -1).map((each) => JSON.parse(each) as ChatCompletionChunk);
  const choices = chunks.flatMap((chunk) => chunk.choices);
  const indices = [...new Set(choices.map(({ index }) => index))].toSorted((a, b) => a - b);
  return indices.map((index) => {
    const own = choices.filter((choice) => choice.index === index);
    const joined = (read: (delta: ChatCompletionChunk['choices'][number]['delta']) => string | null | undefined) =>
      own.map(({ delta }) => read(delta) ?? '').join('');
    return {
      content: joined((delta) => delta.content),
      reasoning: joined((delta) => delta.reasoning_content),
      calls: joined((delta) =>
        delta.tool_calls?.map((call) => `${call.function.name ?? ''}${call.function.arguments ?? ''}`).join(''),
      ),
      reason: own.at(-1)?.finish_reason,
    };
  });
}

const cases: readonly (readonly [name: string, content: string, fields: object])[] = [
  ['a text', 'hello', {}],
  ['characters of several tokens', 'emoji', {}],
  ['a limit of tokens', 'count', { max_tokens: 2 }],
  ['a stop string within tokens', 'count', { stop: 'thr' }],
  ['several stop strings', 'count', { stop: ['seven', 'four'] }],
  ['an end at once', 'silence', {}],
  ['reasoning', 'ponder', {}],
  ['an offered call', 'look-up', { tools: shortTools }],
  ['an offered call that is not made', 'hello', { tools: shortTools }],
  ['reasoning before an offered call', 'ponder', { tools: shortTools }],
  ['a choice', 'hello', { guided_choice: ['one ', 'Hello, I am'] }],
  ['a grammar', 'hello', { guided_grammar: 'root ::= "Hello" ", I am"' }],
  ['a sampler that is switched off', 'hello', { temperature: 0, top_p: 0.5, top_k: 3, min_p: 0.1 }],
];

describe('a llama-server answers as the engine host does', () => {
  it.each(cases)('%s', async (_, content, fields) => {
    const [ours, theirs] = [await plain('ours', content, fields), await plain('theirs', content, fields)];

    expect(sameParts(theirs)).toEqual(sameParts(ours));
  });

  it.each(cases)('%s, streamed', async (_, content, fields) => {
    expect(await streamed('theirs', content, fields)).toEqual(await streamed('ours', content, fields));
  });

  it('several choices, whose prompt was read for each', async () => {
    const [ours, theirs] = [await plain('ours', 'hello', { n: 3 }), await plain('theirs', 'hello', { n: 3 })];

    expect(sameParts(theirs).choices).toEqual(sameParts(ours).choices);
    expect(theirs.usage.prompt_tokens).toBe(3 * ours.usage.prompt_tokens);
  });

  const strict = {
    type: 'json_schema',
    json_schema: {
      name: 'x',
      strict: true,
      schema: { type: 'object', properties: { a: { const: 'yes' } }, required: ['a'], additionalProperties: false },
    },
  };
  it.each([false, true])('JSON of a schema, also beside tools (%s)', async (hasTools) => {
    const fields = { response_format: strict, ...(hasTools && { tools: shortTools, tool_choice: 'none' }) };
    const { choices } = await plain('random', 'hello', fields);

    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ a: 'yes' });
    expect(choices[0]?.finish_reason).toBe('stop');
  });

  it('an expression', async () => {
    const { choices } = await plain('random', 'hello', { guided_regex: '[ab]{3}-\\d+(x|y)' });

    expect(choices[0]?.message.content).toMatch(/^[ab]{3}-\d+(x|y)$/);
  });

  it.each(['required', { type: 'function', function: { name: 'get_weather' } }])(
    'a call that the model would not make by itself: %j',
    async (choice) => {
      const { choices } = await plain('random', 'hello', { tools: shortTools, tool_choice: choice });
      const calls = choices[0]?.message.tool_calls?.map(({ id, function: called }) => ({ id, ...called })) ?? [];

      expect(choices[0]?.finish_reason).toBe('tool_calls');
      expect(calls.length).toBeGreaterThan(0);
      expect(calls.map(misfit).filter(Boolean)).toEqual([]);
      const named = typeof choice === 'object' ? [choice.function.name] : calls.map(({ name }) => name);
      expect(calls.map(({ name }) => name)).toEqual(named);
    },
  );

  it('a text completion, and the tokens of a text', async () => {
    const prompt = 'one ';
    const ask = async (model: string) =>
      (await (await post('/v1/completions', { model, prompt, max_tokens: 3 })).json()) as ChatCompletion;
    const tokens = async (model: string) =>
      (await (await post('/tokenize', { model, prompt: 'one two hello' })).json()) as { tokens: number[] };
    const { tokens: ids } = await tokens('ours');

    expect((await ask('theirs')).choices).toEqual((await ask('ours')).choices);
    expect((await tokens('theirs')).tokens).toEqual(ids);
    expect(await (await post('/detokenize', { model: 'theirs', tokens: ids })).json()).toEqual({
      prompt: 'one two hello',
    });
  });

  it.each([0, 2])('log probabilities with %i candidates, also beside tools', async (candidates) => {
    for (const fields of [{}, { tools: shortTools }]) {
      const asked = { ...fields, logprobs: true, top_logprobs: candidates, temperature: 1 };
      // oxlint-disable-next-line no-await-in-loop -- the one after the other
      const [ours, theirs] = [
        await plain('ours', 'dice', { ...asked, seed: 1, max_tokens: 3 }),
        await plain('theirs', 'dice', { ...asked, seed: 1, max_tokens: 3 }),
      ];
      const shape = ({ choices }: ChatCompletion) =>
        choices[0]?.logprobs?.content?.map(({ logprob, top_logprobs: top }) => [logprob.toFixed(2), top.length]);

      expect(shape(theirs)).toHaveLength(3);
      expect(shape(theirs)).toEqual(shape(ours));
    }
  });

  it('the same seed says the same, another says something else', async () => {
    const text = async (seed: number) =>
      (await plain('theirs', 'dice', { seed, max_tokens: 12 })).choices[0]?.message.content;
    const texts = await Promise.all([1, 1, 2, 3].map(text));

    expect(texts[0]).toBe(texts[1]);
    expect(new Set(texts).size).toBeGreaterThan(1);
  });
});

describe('a llama-server refuses as the engine host does', () => {
  const refusal = async (model: string, content: string, fields: object) => {
    const response = await server.chat(content, { model, ...fields });
    const { error } = (await response.json()) as { error?: { code: string; param: string } };
    return { status: response.status, code: error?.code, param: error?.param };
  };
  const image = {
    type: 'image_url',
    image_url: {
      url: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAgAAAAGAQMAAADEy024AAAABlBMVEUK3FrIHjyI22OXAAAAFElEQVR4nGOoZ1JgeM/EwcTE8A8ADn4CnUGvQQ0AAAAASUVORK5CYII=',
    },
  };

  it.each([
    ['a prompt that is too long', 'word '.repeat(3000), {}],
    ['an expression that is none', 'hello', { guided_regex: '(' }],
    ['a grammar that is none', 'hello', { guided_grammar: 'root ::= (' }],
    ['an image', '', { messages: [{ role: 'user', content: [image] }] }],
  ])('%s', async (_, content, fields) => {
    const ours = await refusal('ours', content, fields);

    expect(ours.status).toBe(400);
    expect(await refusal('theirs', content, fields)).toEqual(ours);
  });

  it.each([{ min_tokens: 2 }, { bad_words: ['x'] }, { stop_token_ids: [1] }, { deterministic: true }])(
    'by name what it cannot do: %j',
    async (fields) => {
      expect(await refusal('theirs', 'hello', fields)).toEqual({
        status: 400,
        code: 'unsupported_parameter',
        param: Object.keys(fields)[0],
      });
    },
  );
});
