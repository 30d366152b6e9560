import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelId, startServerProcess, type ServerProcess } from '../support/server-process.ts';

type Entry = OpenAI.ChatCompletionTokenLogprob;

let server: ServerProcess;
let client: OpenAI;
beforeAll(async () => {
  server = await startServerProcess();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 });
});
afterAll(() => server[Symbol.asyncDispose]());

function chat(content: string, topLogprobs?: number) {
  const messages = [{ role: 'user' as const, content }];
  return { model: modelId, messages, logprobs: true, top_logprobs: topLogprobs ?? null };
}

async function streamedEntries(body: ReturnType<typeof chat>): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const { choices } of await client.chat.completions.create({ ...body, stream: true })) {
    entries.push(...(choices[0]?.logprobs?.content ?? []));
  }
  return entries;
}

describe('log probabilities through the openai SDK', () => {
  it('are in the plain answer, a token an entry', async () => {
    const { choices } = await client.chat.completions.create(chat('hello', 2));

    expect(choices[0]?.logprobs?.refusal).toBeNull();
    expect(choices[0]?.logprobs?.content?.map(({ token }) => token)).toEqual(['Hello', ', I am', ' a script', '.']);
    expect(choices[0]?.logprobs?.content?.[0]).toEqual({
      token: 'Hello',
      logprob: 0,
      bytes: [...Buffer.from('Hello')],
      top_logprobs: [
        { token: 'Hello', logprob: 0, bytes: [...Buffer.from('Hello')] },
        { token: expect.any(String) as string, logprob: expect.closeTo(-160, 0) as number, bytes: expect.any(Array) },
      ],
    });
  });

  it.each(['hello', 'emoji', 'silence'])('are the same in a stream: %s', async (word) => {
    const { choices } = await client.chat.completions.create(chat(word, 3));

    expect(await streamedEntries(chat(word, 3))).toEqual(choices[0]?.logprobs?.content);
  });

  it('are put together by its stream helper, which tells of them', async () => {
    const told: number[] = [];
    const stream = client.chat.completions.stream(chat('count', 1));
    stream.on('logprobs.content.delta', ({ snapshot }) => told.push(snapshot.length));
    const { choices } = await stream.finalChatCompletion();

    expect(choices[0]?.logprobs?.content?.map(({ token }) => token).join('')).toBe('one two three four five six ');
    expect(told.at(-1)).toBe(7);
  });

  it('have no alternatives unless asked', async () => {
    const { choices } = await client.chat.completions.create(chat('hello'));

    expect(choices[0]?.logprobs?.content?.map((entry) => entry.top_logprobs)).toEqual([[], [], [], []]);
  });

  it.each([
    ['top_logprobs of 21', { logprobs: true, top_logprobs: 21 }, 'top_logprobs', '20'],
    ['top_logprobs of -1', { logprobs: true, top_logprobs: -1 }, 'top_logprobs', '0'],
    ['top_logprobs alone', { top_logprobs: 2 }, 'top_logprobs', '`logprobs: true`'],
    ['logprobs of the completions API', { logprobs: 5 }, 'logprobs', 'boolean'],
  ])('are refused with the field and the fix: %s', async (_, fields, param, fix) => {
    const body = { model: modelId, messages: [{ role: 'user', content: 'hello' }], ...fields };
    const call = client.chat.completions.create(body as OpenAI.ChatCompletionCreateParamsNonStreaming);

    await expect(call).rejects.toMatchObject({ status: 400, param, message: expect.stringContaining(fix) as string });
  });
});
