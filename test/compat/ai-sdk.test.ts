import { createOpenAICompatible, type OpenAICompatibleProvider } from '@ai-sdk/openai-compatible';
import { APICallError, generateText, streamText } from 'ai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelId, startServerProcess, type ServerProcess } from '../support/server-process.ts';

let server: ServerProcess;
let provider: OpenAICompatibleProvider;
beforeAll(async () => {
  server = await startServerProcess({ args: ['--context', '256'] });
  provider = createOpenAICompatible({
    name: 'nim',
    baseURL: `${server.url}/v1`,
    apiKey: server.key,
    includeUsage: true,
  });
});
afterAll(() => server[Symbol.asyncDispose]());

describe('the AI SDK over its openai-compatible provider', () => {
  it('generates a text with usage', async () => {
    const { text, usage, finishReason, response } = await generateText({
      model: provider(modelId),
      prompt: 'hello',
      system: 'Be kind.',
      maxRetries: 0,
    });

    expect(text).toBe('Hello, I am a script.');
    expect(finishReason).toBe('stop');
    expect(usage.outputTokens).toBe(5);
    expect(usage.totalTokens).toBe((usage.inputTokens ?? 0) + 5);
    expect(response.modelId).toBe(modelId);
  });

  it('streams a text with usage', async () => {
    const pieces: string[] = [];
    const result = streamText({ model: provider(modelId), prompt: 'count', maxRetries: 0 });
    for await (const piece of result.textStream) pieces.push(piece);

    expect(pieces.join('')).toBe('one two three four five six ');
    expect(pieces.length).toBeGreaterThan(1);
    expect(await result.finishReason).toBe('stop');
    expect(await result.usage).toMatchObject({ outputTokens: 8 });
  });

  it('passes its settings on', async () => {
    const { text, finishReason } = await generateText({
      model: provider(modelId),
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hello' }] },
        { role: 'assistant', content: 'Hello.' },
        { role: 'user', content: [{ type: 'text', text: 'count' }] },
      ],
      temperature: 0,
      topP: 0.9,
      seed: 1,
      presencePenalty: 0,
      frequencyPenalty: 0,
      maxOutputTokens: 3,
      stopSequences: ['never said'],
      maxRetries: 0,
    });

    expect(text).toBe('one two three ');
    expect(finishReason).toBe('length');
  });

  it('stops the work when a stream is aborted', async () => {
    const leaving = new AbortController();
    const result = streamText({
      model: provider(modelId),
      prompt: 'forever',
      abortSignal: leaving.signal,
      maxRetries: 0,
    });
    for await (const _ of result.textStream) leaving.abort();

    await expect.poll(() => server.metric('manifold_requests_running')).toBe(0);
  });

  const failures: readonly (readonly [string, () => { model: string; key: string; prompt: string }, object])[] = [
    [
      'a wrong key',
      () => ({ model: modelId, key: 'nvapi-wrong', prompt: 'hello' }),
      { statusCode: 401, isRetryable: false, message: expect.stringContaining('API key') },
    ],
    [
      'an unknown model',
      () => ({ model: 'no/such', key: server.key, prompt: 'hello' }),
      { statusCode: 404, isRetryable: false, message: expect.stringContaining('no/such') },
    ],
    [
      'a prompt that is too long',
      () => ({ model: modelId, key: server.key, prompt: 'x '.repeat(300) }),
      { statusCode: 400, isRetryable: false, message: expect.stringContaining('context') },
    ],
  ];

  it.each(failures)('sees an APICallError with the message for %s', async (_, make, expected) => {
    const { model, key, prompt } = make();
    const own = createOpenAICompatible({ name: 'nim', baseURL: `${server.url}/v1`, apiKey: key });
    const failure: unknown = await generateText({ model: own(model), prompt, maxRetries: 0 }).catch(
      (reason: unknown) => reason,
    );

    expect(APICallError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject(expected);
    expect(failure).toMatchObject({ data: { error: { code: expect.any(String) as string } } });
  });
});
