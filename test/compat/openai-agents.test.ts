import { Agent, OpenAIChatCompletionsModel, run, setTracingDisabled, tool } from '@openai/agents';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { answer, call, finish, scriptedEngine, usageOf } from '../support/scripted-engine.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { toolCallingEngine, toolInput, toolNames } from '../support/tool-calling-engine.ts';

const caller = toolCallingEngine();
/** Hands over to another agent, then answers in its name. */
const referrer = scriptedEngine((_, { messages }) =>
  messages.some(({ role }) => role === 'tool')
    ? answer('The clerk speaks.')
    : [...call(0, 'call_clerk', 'transfer_to_clerk', {}), finish('tool_calls'), usageOf(7, 3)],
);
let server: TestServer;
beforeAll(async () => {
  setTracingDisabled(true);
  server = await startTestServer(caller, { models: { caller, referrer } });
});
afterAll(() => server.stop());

function modelOf(id: string): OpenAIChatCompletionsModel {
  return new OpenAIChatCompletionsModel(
    new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 }),
    id,
  );
}

function agentWithTools(called: unknown[]): Agent {
  const says = { weather: 'Sunny', clock: 'noon' };
  const tools = toolNames.map((name) =>
    tool({
      name,
      description: `The ${name} of a place.`,
      parameters: z.object({ at: z.string() }),
      execute: async (input) => {
        called.push([name, input]);
        return says[name];
      },
    }),
  );
  return new Agent({ name: 'guide', instructions: 'Use your tools.', model: modelOf('caller'), tools });
}

describe('an agent of @openai/agents', () => {
  it('runs its tools and answers', async () => {
    const called: unknown[] = [];
    const result = await run(agentWithTools(called), 'Weather and time in Rome?');

    expect(result.finalOutput).toBe('Sunny, noon.');
    expect(called).toEqual(toolNames.map((name) => [name, toolInput]));
  });

  it('runs its tools in a stream', async () => {
    const called: unknown[] = [];
    const result = await run(agentWithTools(called), 'Weather and time in Rome?', { stream: true });
    let text = '';
    for await (const piece of result.toTextStream()) text += piece;
    await result.completed;

    expect(text).toBe('Sunny, noon.');
    expect(result.finalOutput).toBe('Sunny, noon.');
    expect(called).toHaveLength(2);
  });

  it('hands over to another', async () => {
    const clerk = new Agent({ name: 'clerk', model: modelOf('referrer') });
    const result = await run(new Agent({ name: 'porter', model: modelOf('referrer'), handoffs: [clerk] }), 'Hello?');

    expect(result.finalOutput).toBe('The clerk speaks.');
    expect(result.lastAgent?.name).toBe('clerk');
  });
});
