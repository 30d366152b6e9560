import { createOpenAICompatible, type OpenAICompatibleProvider } from '@ai-sdk/openai-compatible';
import { generateText, stepCountIs, streamText, tool } from 'ai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { toolCallingEngine, toolInput, toolNames } from '../support/tool-calling-engine.ts';

const engine = toolCallingEngine();
let server: TestServer;
let provider: OpenAICompatibleProvider;
beforeAll(async () => {
  server = await startTestServer(engine);
  provider = createOpenAICompatible({
    name: 'nim',
    baseURL: `${server.url}/v1`,
    apiKey: server.key,
    includeUsage: true,
  });
});
afterAll(() => server.stop());

const inputSchema = z.object({ at: z.string() });
const tools = {
  weather: tool({ description: 'The weather of a place.', inputSchema, execute: async () => 'Sunny' }),
  clock: tool({ description: 'The time at a place.', inputSchema, execute: async () => 'noon' }),
};
const prompt = 'Weather and time in Rome?';

describe('tools over the AI SDK', () => {
  it('are run between the steps of a text', async () => {
    const { text, steps } = await generateText({
      model: provider('test/model'),
      prompt,
      tools,
      stopWhen: stepCountIs(3),
      maxRetries: 0,
    });

    expect(text).toBe('Sunny, noon.');
    expect(steps.map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'stop']);
    expect(steps[0]?.reasoningText).toBe('Both tools.');
    expect(steps[0]?.toolCalls).toMatchObject(
      toolNames.map((toolName) => ({ toolCallId: `call_${toolName}`, toolName, input: toolInput })),
    );
    expect(engine.requests.at(-1)?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool']);
  });

  it('are run between the steps of a stream', async () => {
    const result = streamText({
      model: provider('test/model'),
      prompt,
      tools,
      stopWhen: stepCountIs(3),
      maxRetries: 0,
    });
    const kinds = new Set<string>();
    for await (const part of result.fullStream) kinds.add(part.type);

    expect(await result.text).toBe('Sunny, noon.');
    expect((await result.steps).map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'stop']);
    expect((await result.steps)[0]?.toolCalls).toMatchObject(
      toolNames.map((toolName) => ({ toolName, input: toolInput })),
    );
    expect([...kinds]).toEqual(
      expect.arrayContaining(['reasoning-delta', 'tool-input-delta', 'tool-call', 'tool-result', 'text-delta']),
    );
    expect(kinds).not.toContain('error');
  });

  it.each(['required' as const, { type: 'tool' as const, toolName: 'clock' as const }])(
    'are demanded by toolChoice %j',
    async (toolChoice) => {
      const { finishReason } = await generateText({
        model: provider('test/model'),
        prompt,
        tools,
        toolChoice,
        maxRetries: 0,
      });

      expect(finishReason).toBe('tool-calls');
      expect(engine.requests.at(-1)?.tool_choice).toEqual(
        toolChoice === 'required' ? 'required' : { type: 'function', function: { name: 'clock' } },
      );
    },
  );
});
