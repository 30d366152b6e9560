import OpenAI from 'openai';
import type { RunnableToolFunction } from 'openai/lib/RunnableFunction';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { toolCallingEngine, toolInput, toolNames } from '../support/tool-calling-engine.ts';

const engine = toolCallingEngine();
let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startTestServer(engine);
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 });
});
afterAll(() => server.stop());

const question = { model: 'test/model', messages: [{ role: 'user' as const, content: 'Weather and time in Rome?' }] };
const parameters = { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] };
const tools = toolNames.map((name) => ({ type: 'function' as const, function: { name, parameters } }));
const whole = toolNames.map((name) => ({
  id: `call_${name}`,
  type: 'function',
  function: { name, arguments: JSON.stringify(toolInput) },
}));

/** The tools as the runner takes them; what they are called with is noted. */
function runnable(called: unknown[]): RunnableToolFunction<{ at: string }>[] {
  const says = { weather: 'Sunny', clock: 'noon' };
  return toolNames.map((name) => ({
    type: 'function',
    function: {
      name,
      description: `The ${name} of a place.`,
      parameters,
      parse: (text: string) => JSON.parse(text) as { at: string },
      function: (input: { at: string }) => {
        called.push([name, input]);
        return says[name];
      },
    },
  }));
}

describe('tools over the openai SDK', () => {
  it('are called in a plain answer', async () => {
    const { choices } = await client.chat.completions.create({ ...question, tools });

    expect(choices[0]).toMatchObject({
      message: { role: 'assistant', content: null, refusal: null, tool_calls: whole },
      finish_reason: 'tool_calls',
    });
  });

  it('are called piece by piece, and its helper puts the calls together', async () => {
    const deltas: string[] = [];
    const done: unknown[] = [];
    const stream = client.chat.completions.stream({ ...question, tools });
    stream.on('tool_calls.function.arguments.delta', ({ index, arguments_delta: delta }) => {
      deltas[index] = (deltas[index] ?? '') + delta;
    });
    stream.on('tool_calls.function.arguments.done', ({ index, name, arguments: text }) =>
      done.push([index, name, text]),
    );

    const message = await stream.finalMessage();
    const { choices } = await stream.finalChatCompletion();

    expect(message.content).toBeNull();
    expect(message.tool_calls).toMatchObject(whole);
    expect(choices[0]?.finish_reason).toBe('tool_calls');
    expect(deltas).toEqual(whole.map((call) => call.function.arguments));
    expect(done).toEqual(whole.map(({ function: { name, arguments: text } }, index) => [index, name, text]));
  });

  it.each([false, true])('are run until the model answers (stream: %s)', async (stream) => {
    const called: unknown[] = [];
    const runner = stream
      ? client.chat.completions.runTools({ ...question, tools: runnable(called), stream })
      : client.chat.completions.runTools({ ...question, tools: runnable(called) });

    expect(await runner.finalContent()).toBe('Sunny, noon.');
    expect(called).toEqual(toolNames.map((name) => [name, toolInput]));
    expect(engine.requests.at(-1)?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool']);
  });

  it.each([
    'none' as const,
    'auto' as const,
    'required' as const,
    { type: 'function' as const, function: { name: 'clock' } },
  ])('are used as %j says, which the engine is told', async (choice) => {
    await client.chat.completions.create({ ...question, tools, tool_choice: choice, parallel_tool_calls: false });

    expect(engine.requests.at(-1)).toMatchObject({ tools, tool_choice: choice, parallel_tool_calls: false });
  });
});
