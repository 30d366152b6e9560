import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { Agent, OpenAIChatCompletionsModel, run, setTracingDisabled } from '@openai/agents';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finish, piece, role, scriptedEngine, thought, usageOf } from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

const model = 'test/model';
const usage = { ...usageOf(7, 9).usage, completion_tokens_details: { reasoning_tokens: 4 } };
const engine = scriptedEngine([
  role(),
  thought('Let me '),
  thought('think.'),
  piece('Yes.'),
  finish(),
  { ...usageOf(7, 9), usage } as ReturnType<typeof usageOf>,
]);
let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  setTracingDisabled(true);
  server = await startTestServer(engine);
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 });
});
afterAll(() => server.stop());

describe('reasoning reaches', () => {
  it("openai's SDK, which keeps it in the message, and its count in usage", async () => {
    const answer = await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hi' }] });

    expect(answer.choices[0]?.message).toMatchObject({ reasoning_content: 'Let me think.', content: 'Yes.' });
    expect(answer.usage?.completion_tokens_details?.reasoning_tokens).toBe(4);
  });

  it("openai's SDK as a stream that it folds", async () => {
    const stream = client.chat.completions.stream({
      model,
      messages: [{ role: 'user', content: 'Hi' }],
      reasoning_effort: 'high',
      stream_options: { include_usage: true },
    });

    expect(await stream.finalContent()).toBe('Yes.');
    expect((await stream.totalUsage()).completion_tokens_details?.reasoning_tokens).toBe(4);
    expect(engine.requests.at(-1)?.reasoning_effort).toBe('high');
  });

  it('the AI SDK once, though it stands there twice, and comes back in history', async () => {
    const provider = createOpenAICompatible({ name: 'nim', baseURL: `${server.url}/v1`, apiKey: server.key });
    const plain = await generateText({ model: provider(model), prompt: 'Hi', maxRetries: 0 });
    const streamed = streamText({ model: provider(model), prompt: 'Hi', maxRetries: 0 });
    await streamed.consumeStream();

    expect([plain.reasoningText, plain.text]).toEqual(['Let me think.', 'Yes.']);
    expect([await streamed.reasoningText, await streamed.text]).toEqual(['Let me think.', 'Yes.']);
    expect(plain.usage.outputTokenDetails?.reasoningTokens).toBe(4);

    await generateText({
      model: provider(model),
      messages: [{ role: 'user', content: 'Hi' }, ...plain.response.messages, { role: 'user', content: 'Sure?' }],
      maxRetries: 0,
    });
    expect(engine.requests.at(-1)?.messages[1]).toMatchObject({ content: 'Yes.', reasoning_content: 'Let me think.' });
  });

  it("OpenAI's agents, which read the other name", async () => {
    const agent = new Agent({ name: 'Clerk', model: new OpenAIChatCompletionsModel(client, model) });
    const { newItems, finalOutput } = await run(agent, 'Hi');

    expect(finalOutput).toBe('Yes.');
    expect(JSON.stringify(newItems.find(({ type }) => type === 'reasoning_item'))).toContain('Let me think.');
  });

  it('the client that sends the message back as it came', async () => {
    const answer = await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hi' }] });
    const [choice] = answer.choices;
    const messages = [userMessage, choice?.message, userMessage] as OpenAI.ChatCompletionMessageParam[];
    await client.chat.completions.create({ model, messages });

    expect(engine.requests.at(-1)?.messages[1]).toMatchObject({ reasoning_content: 'Let me think.' });
    expect(engine.requests.at(-1)?.messages[1]).not.toHaveProperty('reasoning');
  });
});
