import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { tool as langchainTool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { Agent, OpenAIChatCompletionsModel, run, setTracingDisabled, tool as agentTool } from '@openai/agents';
import { generateText, stepCountIs, streamText, tool } from 'ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { builtInModel } from '../../src/config/built-in-model.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { startEngine } from '../support/engine.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

/** Whole agent loops with the built-in model: it chooses the tool, fills in the argument, and answers from the result. */
let engine: Engine;
let server: TestServer;
beforeAll(async () => {
  setTracingDisabled(true);
  engine = await startEngine(builtInModel.path);
  server = await startTestServer(engine, { models: { builtin: engine } });
});
afterAll(async () => {
  await server.stop();
  await engine.close();
});

const question = 'What is the weather in Oslo?';
const description = 'Get the current weather in a city.';
const city = z.object({ city: z.string() });
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

/** The tool's answer, from which the model's has to be made. */
const report = JSON.stringify({ temperature: 17 });

describe.each([false, true])('the built-in model in a loop (stream: %s)', (stream) => {
  it('calls a function and answers from its result, with openai', async () => {
    const called: unknown[] = [];
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 });
    const body = {
      model: 'builtin',
      temperature: 0,
      messages: [{ role: 'user' as const, content: question }],
      tools: [
        {
          type: 'function' as const,
          function: {
            name: 'get_weather',
            description,
            parameters,
            parse: (text: string) => city.parse(JSON.parse(text)),
            function: (input: z.infer<typeof city>) => {
              called.push(input);
              return report;
            },
          },
        },
      ],
    };
    const runner = stream
      ? client.chat.completions.runTools({ ...body, stream })
      : client.chat.completions.runTools({ ...body, stream });

    expect(await runner.finalContent()).toContain('17');
    expect(called).toEqual([{ city: 'Oslo' }]);
  });

  it('does so with the AI SDK', async () => {
    const called: unknown[] = [];
    const provider = createOpenAICompatible({ name: 'manifold', baseURL: `${server.url}/v1`, apiKey: server.key });
    const options = {
      model: provider('builtin'),
      temperature: 0,
      prompt: question,
      stopWhen: stepCountIs(3),
      tools: {
        get_weather: tool({
          description,
          inputSchema: city,
          execute: async (input) => {
            called.push(input);
            return { temperature: 17 };
          },
        }),
      },
    };
    const text = stream ? await streamText(options).text : (await generateText(options)).text;

    expect(text).toContain('17');
    expect(called).toEqual([{ city: 'Oslo' }]);
  });

  it('does so with @openai/agents', async () => {
    const called: unknown[] = [];
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 });
    const agent = new Agent({
      name: 'guide',
      model: new OpenAIChatCompletionsModel(client, 'builtin'),
      modelSettings: { temperature: 0 },
      tools: [
        agentTool({
          name: 'get_weather',
          description,
          parameters: city,
          execute: async (input) => {
            called.push(input);
            return report;
          },
        }),
      ],
    });
    const result = stream ? await run(agent, question, { stream }) : await run(agent, question);
    if ('completed' in result) await result.completed;

    expect(result.finalOutput).toContain('17');
    expect(called).toEqual([{ city: 'Oslo' }]);
  });
});

it('the built-in model calls and answers with LangChain', async () => {
  const weather = langchainTool(async () => report, { name: 'get_weather', description, schema: city });
  const model = new ChatOpenAI({
    model: 'builtin',
    temperature: 0,
    apiKey: server.key,
    configuration: { baseURL: `${server.url}/v1` },
  }).bindTools([weather]);
  const asked = new HumanMessage(question);
  const called = await model.invoke([asked]);
  const [call] = called.tool_calls ?? [];

  expect(call).toMatchObject({ name: 'get_weather', args: { city: 'Oslo' } });
  const answered = await model.invoke([
    asked,
    called,
    new ToolMessage({ content: report, tool_call_id: call?.id ?? '' }),
  ]);
  expect(answered.content).toContain('17');
});
