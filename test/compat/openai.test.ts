import OpenAI from 'openai';
import { Agent, fetch as undiciFetch } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatBody, modelId, startServerProcess, type ServerProcess } from '../support/server-process.ts';

let server: ServerProcess;
let client: OpenAI;
beforeAll(async () => {
  server = await startServerProcess();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 });
});
afterAll(() => server[Symbol.asyncDispose]());

const hello = { model: modelId, messages: [{ role: 'user' as const, content: 'hello' }] };
const helloText = 'Hello, I am a script.';

async function textOf(chunks: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk.choices[0]?.delta.content ?? '';
  return text;
}

describe('the openai SDK', () => {
  it('gets a plain answer with its default headers', async () => {
    const { data, request_id: requestId } = await client.chat.completions.create(hello).withResponse();

    expect(data).toMatchObject({
      object: 'chat.completion',
      model: modelId,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: helloText, refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
    });
    expect(data.usage).toMatchObject({ completion_tokens: 5 });
    expect(data.usage?.total_tokens).toBe((data.usage?.prompt_tokens ?? 0) + 5);
    expect(requestId).toMatch(/^req_/);
    expect(data).toHaveProperty('_request_id', requestId);
  });

  it('streams the same text in well-formed chunks under one id', async () => {
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of await client.chat.completions.create({ ...hello, stream: true })) chunks.push(chunk);

    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(helloText);
    expect(new Set(chunks.map(({ id, created, model }) => `${id} ${created} ${model}`)).size).toBe(1);
    expect(chunks.map(({ choices }) => choices[0]?.delta.role).filter(Boolean)).toEqual(['assistant']);
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
    expect(chunks.every(({ choices }) => choices.length === 1)).toBe(true);
    expect(chunks.map(({ choices }) => choices[0]?.finish_reason)).toEqual([
      ...chunks.slice(1).map(() => null),
      'stop',
    ]);
    expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
  });

  it('gets usage in one last chunk when it asks for it, equal to the plain usage', async () => {
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    const stream = await client.chat.completions.create({
      ...hello,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of stream) chunks.push(chunk);
    const plain = await client.chat.completions.create(hello);

    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: plain.usage });
    expect(chunks.slice(0, -1).every(({ usage, choices }) => usage === null && choices.length === 1)).toBe(true);
  });

  it('assembles a stream with its helper, which emits final content and usage', async () => {
    const pieces: string[] = [];
    const emitted: unknown[] = [];
    const stream = client.chat.completions.stream({ ...hello, stream_options: { include_usage: true } });
    stream.on('content', (delta) => pieces.push(delta));
    stream.on('finalContent', (content) => emitted.push(content));
    stream.on('totalUsage', (usage) => emitted.push(usage.completion_tokens));

    expect(await stream.finalContent()).toBe(helloText);
    expect((await stream.finalChatCompletion()).choices[0]?.finish_reason).toBe('stop');
    await stream.done();
    expect(pieces.join('')).toBe(helloText);
    expect(emitted).toEqual([helloText, 5]);
  });

  it('gets characters whole in a stream, however the model cuts them', async () => {
    const deltas: string[] = [];
    for await (const chunk of await client.chat.completions.create({ ...chat('emoji'), stream: true })) {
      deltas.push(chunk.choices[0]?.delta.content ?? '');
    }

    expect(deltas.join('')).toBe('Café 🎉!');
    expect(deltas.every((delta) => !delta.includes('\uFFFD') && delta.isWellFormed())).toBe(true);
  });

  it('gets n choices, counted together, plain and streamed', async () => {
    const plain = await client.chat.completions.create({ ...hello, n: 2 });
    const texts = ['', ''];
    for await (const { choices } of await client.chat.completions.create({ ...hello, n: 2, stream: true })) {
      for (const { index, delta } of choices) texts[index] += delta.content ?? '';
    }

    expect(plain.choices.map(({ index, message }) => [index, message.content])).toEqual([
      [0, helloText],
      [1, helloText],
    ]);
    expect(plain.usage?.completion_tokens).toBe(10);
    expect(texts).toEqual([helloText, helloText]);
  });

  it('repeats an answer for the same seed and gives another for another', async () => {
    const roll = async (seed: number) =>
      (await client.chat.completions.create({ ...chat('dice'), temperature: 2, top_p: 1, seed, max_tokens: 40 }))
        .choices[0]?.message.content;
    const [first, again, other] = await Promise.all([roll(7), roll(7), roll(8)]);

    expect(first).toBe(again);
    expect(other).not.toBe(first);
  });

  it.each([['four'], [['nowhere', 'four']]])('stops before %j and leaks no part of it', async (stop) => {
    const plain = await client.chat.completions.create({ ...chat('count'), stop });
    const streamed = await textOf(await client.chat.completions.create({ ...chat('count'), stop, stream: true }));

    expect(plain.choices[0]).toMatchObject({ message: { content: 'one two three ' }, finish_reason: 'stop' });
    expect(streamed).toBe('one two three ');
  });

  it.each(['max_tokens', 'max_completion_tokens'])('is cut by %s with the reason length', async (name) => {
    const { choices, usage } = await client.chat.completions.create({ ...chat('count'), [name]: 2 });

    expect(choices[0]).toMatchObject({ message: { content: 'one two ' }, finish_reason: 'length' });
    expect(usage?.completion_tokens).toBe(2);
  });

  it('sends roles, part lists and its own last answer back', async () => {
    const { choices } = await client.chat.completions.create(hello);
    const answer = choices[0]?.message;
    const { choices: next } = await client.chat.completions.create({
      model: modelId,
      messages: [
        { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] },
        { role: 'user', content: 'hello', name: 'ann' },
        ...(answer ? [answer] : []),
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Now ' },
            { type: 'text', text: 'count' },
          ],
        },
      ],
      stop: null,
      user: 'someone',
    });

    expect(next[0]?.message.content).toBe('one two three four five six ');
  });

  it('frees its slots when it aborts in mid-stream', async () => {
    const controllers = Array.from({ length: 4 }, () => new AbortController());
    const streams = await Promise.all(
      controllers.map(({ signal }) =>
        client.chat.completions.create({ ...chat('forever'), max_tokens: 8000, stream: true }, { signal }),
      ),
    );
    await Promise.all(
      streams.map(async (stream, index) => {
        for await (const _ of stream) controllers[index]?.abort();
      }),
    );

    await expect.poll(() => server.metric('manifold_requests_running')).toBe(0);
    expect((await client.chat.completions.create(hello)).choices[0]?.message.content).toBe(helloText);
  });

  it('lists models and retrieves one whose id holds a slash', async () => {
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);

    expect(ids).toEqual([modelId]);
    expect(await client.models.retrieve(modelId)).toMatchObject({ id: modelId, object: 'model', owned_by: 'test' });
    expect((await server.fetch(`/v1/models/${modelId}`)).status).toBe(200);
  });

  it('makes 120 calls over one connection without retries', async () => {
    const dispatcher = new Agent({ connections: 1, pipelining: 1 });
    let connections = 0;
    dispatcher.on('connect', () => connections++);
    // undici's own fetch takes its own Agent; the shapes are those of the global one.
    const oneConnection = ((url: string, init: object) =>
      undiciFetch(url, { ...init, dispatcher })) as unknown as typeof fetch;
    const single = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0, fetch: oneConnection });
    for (let call = 0; call < 120; call++) await single.chat.completions.create({ ...hello, max_tokens: 1 });
    await dispatcher.close();

    expect(connections).toBe(1);
  });

  it('keeps 32 calls at once apart', async () => {
    const words = ['hello', 'emoji', 'count', 'tag'];
    const expected = [helloText, 'Café 🎉!', 'one two three four five six ', 'plain <tool_call> text'];
    const texts = await Promise.all(
      Array.from({ length: 32 }, (_, call) =>
        client.chat.completions.create({ ...chat(words[call % 4] ?? ''), stream: true }).then(textOf),
      ),
    );

    expect(texts).toEqual(Array.from({ length: 32 }, (_, call) => expected[call % 4]));
  });
});

function chat(content: string): typeof hello {
  return chatBody(content) as typeof hello;
}
