import { createOpenAICompatible, type OpenAICompatibleProvider } from '@ai-sdk/openai-compatible';
import { generateObject, streamObject } from 'ai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { servers, startScripted, type StructuredServer } from '../support/structured-servers.ts';

const schema = z.object({ name: z.string().max(12), age: z.int().min(0).max(150) });
const prompt = 'Who wrote the first program?';

describe.each(servers)('the AI SDK on %s', (_, start) => {
  let server: StructuredServer;
  let provider: OpenAICompatibleProvider;
  beforeAll(async () => {
    server = await start();
    const { baseURL, apiKey } = server;
    provider = createOpenAICompatible({ name: 'nim', baseURL, apiKey, supportsStructuredOutputs: true });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('generates an object', async () => {
    const { object, finishReason } = await generateObject({
      model: provider(server.model),
      schema,
      prompt,
      maxRetries: 0,
    });

    expect(schema.safeParse(object).error).toBeUndefined();
    expect(finishReason).toBe('stop');
  });

  it('streams an object that grows', async () => {
    const { partialObjectStream, object } = streamObject({
      model: provider(server.model),
      schema,
      prompt,
      maxRetries: 0,
    });
    const partial = await Array.fromAsync(partialObjectStream);

    expect(schema.safeParse(await object).error).toBeUndefined();
    expect(partial.length).toBeGreaterThan(1);
    expect(partial.at(-1)).toEqual(await object);
  });

  it('generates one of a list', async () => {
    const { object } = await generateObject({
      model: provider(server.model),
      output: 'enum',
      enum: ['sun', 'rain'],
      prompt: 'How is the weather?',
      maxRetries: 0,
    });

    expect(['sun', 'rain']).toContain(object);
  });
});

describe('the AI SDK', () => {
  it.each([true, false])('asks for an object (structured outputs: %s)', async (supportsStructuredOutputs) => {
    await using server = await startScripted();
    const { baseURL, apiKey } = server;
    const provider = createOpenAICompatible({ name: 'nim', baseURL, apiKey, supportsStructuredOutputs });
    await generateObject({ model: provider(server.model), schema, prompt, maxRetries: 0 });

    expect(server.lastRequest()?.output).toMatchObject({
      kind: 'json',
      param: supportsStructuredOutputs ? 'response_format.json_schema.schema' : 'response_format',
    });
  });
});
