import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataUrl } from '../support/made-images.ts';
import { sampleImages } from '../support/sample-images.ts';
import { answer, scriptedEngine } from '../support/scripted-engine.ts';
import { modelId, startServerProcess } from '../support/server-process.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const question = (url: string, model: string) => ({
  model,
  messages: [
    {
      role: 'user' as const,
      content: [
        { type: 'text' as const, text: 'What is in this image?' },
        { type: 'image_url' as const, image_url: { url, detail: 'auto' as const } },
      ],
    },
  ],
});

describe('the openai SDK, asking a model that sees', () => {
  const engine = scriptedEngine(answer('A ', 'line.'), { acceptsImages: true });
  let server: TestServer;
  let client: OpenAI;
  beforeAll(async () => {
    server = await startTestServer(engine);
    client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 });
  });
  afterAll(() => server.stop());

  it('is answered, plain and streamed', async () => {
    const asked = question(dataUrl('png', sampleImages.png), 'test/model');

    const plain = await client.chat.completions.create(asked);
    let text = '';
    for await (const chunk of await client.chat.completions.create({ ...asked, stream: true }))
      text += chunk.choices[0]?.delta.content ?? '';

    expect(plain.choices[0]?.message.content).toBe('A line.');
    expect(text).toBe('A line.');
    expect(engine.requests.map(({ messages }) => messages)).toEqual([asked.messages, asked.messages]);
  });

  it('gets an error with its place for an image that is none', async () => {
    const asked = question(dataUrl('png', btoa('hello')), 'test/model');

    const failure = await client.chat.completions.create(asked).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(OpenAI.BadRequestError);
    expect(failure).toMatchObject({ code: 'invalid_image', param: 'messages[0].content[1].image_url.url' });
  });
});

it('the openai SDK gets a 400 from a model of ours that reads text only', async () => {
  await using server = await startServerProcess();
  const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 });

  const failure = await client.chat.completions
    .create(question(dataUrl('png', sampleImages.png), modelId))
    .catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(OpenAI.BadRequestError);
  expect(failure).toMatchObject({ code: 'unsupported_content', param: 'messages[0].content[1]' });
});
