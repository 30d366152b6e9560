import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInModel } from '../../src/config/built-in-model.ts';
import { misfit, shortTools as tools } from '../support/calls.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';

/** The real server with the real engine and the built-in model: what the model is forced to, it does. */
let server: ServerProcess;
let client: OpenAI;
beforeAll(async () => {
  server = await startServerProcess({ modelPath: builtInModel.path });
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 });
});
afterAll(() => server.stop());

const base = {
  model: 'test/scripted',
  messages: [{ role: 'user' as const, content: 'How is the weather in Rome?' }],
  tools: tools as OpenAI.ChatCompletionTool[],
  temperature: 1,
  seed: 5,
};

describe('the openai SDK', () => {
  it('gets the same forced calls plain and streamed', async () => {
    const request = { ...base, tool_choice: 'required' as const, deterministic: true };
    const plain = await client.chat.completions.create(request);
    const streamed = await client.chat.completions.stream(request).finalChatCompletion();
    const calls = (answer: OpenAI.ChatCompletion) =>
      answer.choices[0]?.message.tool_calls?.map((call) => call.type === 'function' && call.function) ?? [];

    expect(plain.choices[0]?.finish_reason).toBe('tool_calls');
    expect(plain.choices[0]?.message.content).toBeNull();
    expect(calls(plain).length).toBeGreaterThan(0);
    expect(calls(streamed).map((call) => call && [call.name, call.arguments])).toEqual(
      calls(plain).map((call) => call && [call.name, call.arguments]),
    );
    expect(streamed.choices[0]?.finish_reason).toBe('tool_calls');
  });

  it('runs the function that a forced call names', async () => {
    const asked: string[] = [];
    const runner = client.chat.completions.runTools(
      {
        ...base,
        max_tokens: 300,
        tools: [
          {
            type: 'function',
            function: {
              ...tools[0]!.function,
              function: (args: string) => {
                asked.push(args);
                return 'Sunny, 21 degrees.';
              },
              parse: (text: string) => text,
            },
          } as never,
        ],
        tool_choice: { type: 'function', function: { name: 'get_weather' } },
      },
      { maxChatCompletions: 2 },
    );
    await runner.done();

    expect(asked).toHaveLength(1);
    expect(misfit({ id: 'x', name: 'get_weather', arguments: asked[0] ?? '' })).toBeUndefined();
    expect(runner.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
  });

  it('sees an unsatisfiable schema as a BadRequestError that names it', async () => {
    const tool = {
      type: 'function' as const,
      function: { name: 'f', parameters: { type: 'object', properties: { a: { enum: [] } }, required: ['a'] } },
    };

    await expect(client.chat.completions.create({ ...base, tools: [tool] })).rejects.toMatchObject({
      status: 400,
      code: 'unsupported_schema',
      param: 'tools[0].function.parameters',
    });
  });
});
