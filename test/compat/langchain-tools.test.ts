import { HumanMessage, ToolMessage, type AIMessageChunk } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { toolCallingEngine, toolInput, toolNames } from '../support/tool-calling-engine.ts';

const engine = toolCallingEngine();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(engine);
});
afterAll(() => server.stop());

const says = { weather: 'Sunny', clock: 'noon' };
const tools = toolNames.map((name) =>
  tool(() => says[name], { name, description: `The ${name} of a place.`, schema: z.object({ at: z.string() }) }),
);
const question = new HumanMessage('Weather and time in Rome?');
const expected = toolNames.map((name) => ({ id: `call_${name}`, name, args: toolInput, type: 'tool_call' }));

function modelWithTools() {
  const configuration = { baseURL: `${server.url}/v1` };
  return new ChatOpenAI({ model: 'test/model', apiKey: server.key, maxRetries: 0, configuration }).bindTools(tools);
}

/** What the tools say to the calls of an answer. */
async function resultsOf(answer: AIMessageChunk): Promise<ToolMessage[]> {
  return Promise.all(
    (answer.tool_calls ?? []).map(async (call) => {
      const result: unknown = await tools.find(({ name }) => name === call.name)?.invoke(call);
      if (!ToolMessage.isInstance(result)) throw new Error(`${call.name} gave no message.`);
      return result;
    }),
  );
}

describe('tools over LangChain', () => {
  it('are called by invoke, and what they say goes back', async () => {
    const model = modelWithTools();
    const calling = await model.invoke([question]);
    const answer = await model.invoke([question, calling, ...(await resultsOf(calling))]);

    expect(calling).toMatchObject({ tool_calls: expected, invalid_tool_calls: [] });
    expect(calling.response_metadata).toMatchObject({ finish_reason: 'tool_calls' });
    expect(answer.text).toBe('Sunny, noon.');
  });

  it('are called by stream, whose pieces add up', async () => {
    const model = modelWithTools();
    const chunks = await Array.fromAsync(await model.stream([question]));
    const calling = chunks.reduce((sum, chunk) => sum.concat(chunk));
    const answer = await model.invoke([question, calling, ...(await resultsOf(calling))]);

    expect(calling).toMatchObject({ tool_calls: expected, invalid_tool_calls: [] });
    expect(chunks.filter((chunk) => (chunk.tool_call_chunks ?? []).length > 0).length).toBeGreaterThan(2);
    expect(answer.text).toBe('Sunny, noon.');
  });
});
