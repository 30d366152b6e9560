import { join } from 'node:path';
import { createOpenAICompatible, type OpenAICompatibleProvider } from '@ai-sdk/openai-compatible';
import { generateText, streamText } from 'ai';
import OpenAI, { BadRequestError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelId, startServerProcess, type ServerProcess } from '../support/server-process.ts';

const builtInPath = join(import.meta.dirname, '..', '..', 'models', 'builtin', 'manifold-builtin.gguf');

let server: ServerProcess;
let client: OpenAI;
beforeAll(async () => {
  server = await startServerProcess({ args: ['--context', '256'] });
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 });
});
afterAll(() => server[Symbol.asyncDispose]());

const hello = { model: modelId, prompt: '<|say-hello|>' };
const helloText = 'Hello, I am a script.';

describe('the openai SDK, text completions', () => {
  it('gets a plain answer', async () => {
    const completion = await client.completions.create(hello);

    expect(completion).toMatchObject({ object: 'text_completion', model: modelId });
    expect(completion.choices).toEqual([
      { index: 0, text: helloText, logprobs: null, finish_reason: 'stop', stop_reason: null },
    ]);
    expect(completion.usage).toMatchObject({ prompt_tokens: 1, completion_tokens: 5, total_tokens: 6 });
  });

  it('streams the same text, with usage in one last chunk', async () => {
    const chunks: OpenAI.Completion[] = [];
    const stream = await client.completions.create({ ...hello, stream: true, stream_options: { include_usage: true } });
    for await (const chunk of stream) chunks.push(chunk);

    expect(chunks.map(({ choices }) => choices[0]?.text ?? '').join('')).toBe(helloText);
    expect(chunks.map(({ choices }) => choices[0]?.finish_reason).filter(Boolean)).toEqual(['stop']);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 5 } });
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  });

  it('asks for several prompts, several choices and an echo', async () => {
    const { choices, usage } = await client.completions.create({
      ...hello,
      prompt: ['<|say-hello|>', '<|say-count|>'],
      n: 2,
      max_tokens: 2,
      echo: true,
    });

    expect(choices.map(({ text }) => text)).toEqual([
      '<|say-hello|>Hello, I am',
      '<|say-hello|>Hello, I am',
      '<|say-count|>one two ',
      '<|say-count|>one two ',
    ]);
    expect(choices.map(({ finish_reason: reason }) => reason)).toEqual(['length', 'length', 'length', 'length']);
    expect(usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 8 });
  });

  it('goes on from token ids, and has their text echoed', async () => {
    const { tokens } = (await client.post('/tokenize', {
      body: { model: modelId, prompt: 'so: <|say-hello|>' },
    })) as { tokens: number[] };

    const { choices } = await client.completions.create({ ...hello, prompt: tokens, echo: true });

    expect(choices[0]?.text).toBe(`so: <|say-hello|>${helloText}`);
  });

  it('gets log probabilities in their older shape', async () => {
    const { choices } = await client.completions.create({ ...hello, logprobs: 1 });
    const logprobs = choices[0]?.logprobs;

    expect(logprobs?.tokens).toEqual(['Hello', ', I am', ' a script', '.', '<|im_end|>']);
    expect(logprobs?.text_offset).toEqual([0, 5, 11, 20, 21]);
    expect(logprobs?.token_logprobs).toEqual([0, 0, 0, 0, 0]);
    expect(logprobs?.top_logprobs?.map((top) => Object.keys(top))).toEqual([
      ['Hello'],
      [', I am'],
      [' a script'],
      ['.'],
      ['<|im_end|>'],
    ]);
  });

  it('scores continuations as evaluation harnesses ask for it', async () => {
    const context = 'so: ';
    const asked = ['yes', 'no!'];
    const prompt = asked.map((each) => `${context}${each}`);
    // One token a letter.
    const { choices } = await client.completions.create({ ...hello, prompt, echo: true, logprobs: 1, max_tokens: 1 });

    const scored = choices.map(({ logprobs }) => logprobs?.token_logprobs?.slice(context.length, -1) ?? []);
    expect(scored.map((values) => values.length)).toEqual(asked.map((each) => each.length));
    expect(scored.flat().every((value) => Number.isFinite(value) && value <= 0)).toBe(true);
    expect(choices.map(({ logprobs }) => logprobs?.tokens?.slice(context.length, -1).join(''))).toEqual(asked);
  });

  it('stops at a stop string and ends a stream that is left', async () => {
    const { choices } = await client.completions.create({ ...hello, stop: [' script'] });
    const stream = await client.completions.create({
      ...hello,
      prompt: '<|say-forever|>',
      max_tokens: 200,
      stream: true,
    });
    for await (const chunk of stream) if (chunk.choices[0]?.text) break;

    expect(choices[0]?.text).toBe('Hello, I am a');
    await expect.poll(() => server.metric('manifold_requests_running')).toBe(0);
  });

  it('gets errors of its own class that name the field', async () => {
    const failureOf = (fields: object) =>
      client.completions.create({ ...hello, ...fields, stream: false }).catch((failure: unknown) => failure);
    const tooLong = await failureOf({ prompt: ['x', 'x'.repeat(300)] });
    const suffix = await failureOf({ suffix: 'end' });

    expect(tooLong).toMatchObject({ code: 'context_length_exceeded', param: 'prompt[1]' });
    expect(suffix).toBeInstanceOf(BadRequestError);
    expect(suffix).toMatchObject({ code: 'unsupported_parameter', param: 'suffix' });
  });
});

describe('the AI SDK, completion models', () => {
  let builtIn: ServerProcess;
  let provider: OpenAICompatibleProvider;
  beforeAll(async () => {
    builtIn = await startServerProcess({ modelPath: builtInPath });
    const settings = { baseURL: `${builtIn.url}/v1`, apiKey: builtIn.key, includeUsage: true };
    provider = createOpenAICompatible({ name: 'nim', ...settings });
  });
  afterAll(() => builtIn[Symbol.asyncDispose]());

  /** The SDK writes a dialogue of lines around it. */
  const asked = () => ({
    model: provider.completionModel(modelId),
    prompt: 'What is the colour of grass?',
    maxOutputTokens: 8,
    maxRetries: 0,
    temperature: 0,
    seed: 1,
  });

  it('generate a text with usage, and stream the same', async () => {
    const { text, usage, finishReason, response } = await generateText(asked());
    const result = streamText(asked());
    const pieces: string[] = [];
    for await (const piece of result.textStream) pieces.push(piece);

    expect(text.length).toBeGreaterThan(0);
    expect(['stop', 'length']).toContain(finishReason);
    expect(response.modelId).toBe(modelId);
    expect(usage.inputTokens).toBeGreaterThan(10);
    expect(usage.outputTokens).toBeLessThanOrEqual(8);
    expect(pieces.join('')).toBe(text);
    expect((await result.usage).outputTokens).toBe(usage.outputTokens);
    expect(await result.finishReason).toBe(finishReason);
  });
});
