import OpenAI from 'openai';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { answer, scriptedEngine } from '../support/scripted-engine.ts';
import { person as said } from '../support/structured-engine.ts';
import { servers, startScripted, type StructuredServer } from '../support/structured-servers.ts';
import { startTestServer } from '../support/test-server.ts';

const person = z.object({ name: z.string().max(12), age: z.int().min(0).max(150) });
const messages = [{ role: 'user' as const, content: 'Who wrote the first program?' }];

describe.each(servers)('the openai SDK on %s', (_, start) => {
  let server: StructuredServer;
  let client: OpenAI;
  let base: { model: string; messages: typeof messages; temperature: number };
  beforeAll(async () => {
    server = await start();
    client = new OpenAI({ baseURL: server.baseURL, apiKey: server.apiKey, maxRetries: 0 });
    base = { model: server.model, messages, temperature: 1 };
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('parses content by a zod schema', async () => {
    const { choices } = await client.chat.completions.parse({
      ...base,
      response_format: zodResponseFormat(person, 'person'),
    });

    expect(person.safeParse(choices[0]?.message.parsed).error).toBeUndefined();
    expect(choices[0]?.finish_reason).toBe('stop');
  });

  it('parses a streamed answer, all of it at the end and some of it on the way', async () => {
    const snapshots: unknown[] = [];
    const stream = client.chat.completions.stream({ ...base, response_format: zodResponseFormat(person, 'person') });
    stream.on('content.delta', ({ parsed }) => snapshots.push(parsed));
    const { choices } = await stream.finalChatCompletion();

    expect(person.safeParse(choices[0]?.message.parsed).error).toBeUndefined();
    expect(choices[0]?.message.parsed).toEqual(JSON.parse(choices[0]?.message.content ?? ''));
    expect(snapshots.some((snapshot) => typeof snapshot === 'object' && snapshot !== null)).toBe(true);
  });

  it('parses several choices', async () => {
    const { choices } = await client.chat.completions.parse({
      ...base,
      n: 2,
      response_format: zodResponseFormat(person, 'person'),
    });

    expect(choices.map(({ message }) => person.safeParse(message.parsed).success)).toEqual([true, true]);
  });

  it('gets JSON objects by json_object', async () => {
    const { choices } = await client.chat.completions.create({
      ...base,
      response_format: { type: 'json_object' },
      max_tokens: 400,
    });

    const { finish_reason: reason, message } = choices[0] ?? {};
    expect(reason === 'length' || typeof JSON.parse(message?.content ?? '') === 'object').toBe(true);
  });
});

describe.each(servers)('the openai SDK on %s', (_, start) => {
  let server: StructuredServer;
  let client: OpenAI;
  beforeAll(async () => {
    server = await start();
    client = new OpenAI({ baseURL: server.baseURL, apiKey: server.apiKey, maxRetries: 0 });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('parses the arguments of a strict function', async () => {
    const { choices } = await client.chat.completions.parse({
      model: server.model,
      messages,
      tools: [zodFunction({ name: 'note', parameters: person })],
      tool_choice: 'required',
      parallel_tool_calls: false,
    });
    const [call] = choices[0]?.message.tool_calls ?? [];
    const args = call?.type === 'function' ? call.function.parsed_arguments : undefined;

    expect(person.safeParse(args).error).toBeUndefined();
  });
});

describe('the openai SDK', () => {
  it('asks strictly by a zod schema, and gets what the model said', async () => {
    await using server = await startScripted();
    const client = new OpenAI({ baseURL: server.baseURL, apiKey: server.apiKey, maxRetries: 0 });
    const { choices } = await client.chat.completions.parse({
      model: server.model,
      messages,
      response_format: zodResponseFormat(person, 'person'),
    });

    expect(choices[0]?.message.parsed).toEqual(said);
    expect(server.lastRequest()?.output).toMatchObject({
      kind: 'json',
      schema: { type: 'object', required: ['name', 'age'], additionalProperties: false },
      isStrict: true,
      param: 'response_format.json_schema.schema',
    });
  });

  it.each([false, true])('gets an error where an answer is not what it asked for (stream: %s)', async (stream) => {
    const server = await startTestServer(scriptedEngine(answer('{"name":', '"Ada"}')));
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 });
    const request = { model: 'test/model', messages, response_format: zodResponseFormat(person, 'person') };
    const asked = stream
      ? client.chat.completions.stream(request).finalChatCompletion()
      : client.chat.completions.parse(request);

    await expect(asked).rejects.toMatchObject({ code: 'engine_error', param: 'response_format.json_schema.schema' });
    await server.stop();
  });
});
