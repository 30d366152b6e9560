import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageTokens } from '../../../scripts/gguf/image-encoder.ts';
import { writeVisionModel } from '../../../scripts/make-vision-model.ts';
import { llamaServerProgram } from '../../support/llama-server.ts';
import { blackPng, dataUrl } from '../../support/made-images.ts';
import { sampleImages } from '../../support/sample-images.ts';
import { startServerProcess, type ServerProcess } from '../../support/server-process.ts';

let directory: string;
let server: ServerProcess;
let client: OpenAI;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'manifold-vision-'));
  const { model: path, mmproj } = writeVisionModel(directory);
  const shape = { path, kind: 'llama-server', threads: 1, slots: 2, context: 1024 };
  server = await startServerProcess({
    config: {
      llamaServer: llamaServerProgram(),
      models: [
        { ...shape, id: 'sees', mmproj },
        { ...shape, id: 'reads' },
      ],
    },
  });
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

const text = { type: 'text' as const, text: 'What is in this image?' };
const imageOf = (url: string) => ({ type: 'image_url' as const, image_url: { url } });
const png = dataUrl('png', sampleImages.png);
const black = dataUrl('png', blackPng(640, 480));

const ask = (parts: OpenAI.ChatCompletionContentPart[], fields: object = {}, model = 'sees') =>
  client.chat.completions.create({
    model,
    messages: [{ role: 'user', content: parts }],
    max_tokens: 4,
    temperature: 0,
    ...fields,
    stream: false,
  });
const firstLogprob = async (parts: OpenAI.ChatCompletionContentPart[]) =>
  (await ask(parts, { logprobs: true, top_logprobs: 5 })).choices[0]?.logprobs?.content?.[0]?.top_logprobs;

describe('a model that sees, behind a real llama-server', () => {
  it('counts what an image is worth, whatever its size', async () => {
    const without = (await ask([text])).usage?.prompt_tokens ?? 0;
    // Its marks count beside it.
    const marks = 2;

    expect((await ask([text, imageOf(png)])).usage?.prompt_tokens).toBeGreaterThanOrEqual(
      without + imageTokens + marks,
    );
    const once = (await ask([text, imageOf(black)])).usage?.prompt_tokens ?? 0;
    const twice = (await ask([text, imageOf(black), imageOf(png)])).usage?.prompt_tokens ?? 0;
    expect(once).toBe((await ask([text, imageOf(png)])).usage?.prompt_tokens);
    expect(twice - once).toBeGreaterThanOrEqual(imageTokens + marks);
  });

  it('sees: another image makes another answer likely, the same one the same', async () => {
    const [first, second, other] = [
      await firstLogprob([text, imageOf(png)]),
      await firstLogprob([text, imageOf(png)]),
      await firstLogprob([text, imageOf(black)]),
    ];

    expect(first?.map(({ logprob }) => logprob.toFixed(3))).toEqual(second?.map(({ logprob }) => logprob.toFixed(3)));
    expect(other?.map(({ logprob }) => logprob.toFixed(3))).not.toEqual(
      first?.map(({ logprob }) => logprob.toFixed(3)),
    );
  });

  it.each(['png', 'jpeg', 'progressiveJpeg', 'greyJpeg', 'gif'] as const)('reads %s', async (name) => {
    const type = name.toLowerCase().includes('jpeg') ? 'jpeg' : name;
    const { usage } = await ask([text, imageOf(dataUrl(type, sampleImages[name]))]);

    expect(usage?.completion_tokens).toBeGreaterThan(0);
  });

  it('cannot read WebP, and says so', async () => {
    const failure = await ask([text, imageOf(dataUrl('webp', sampleImages.lossyWebp))]).catch(
      (error: unknown) => error,
    );

    expect(failure).toMatchObject({ status: 400, code: 'invalid_image', param: 'messages' });
  });

  it('forgets no function that its template has no place for', async () => {
    const tools = [{ type: 'function', function: { name: 'f' } }];
    const failure = await ask([text, imageOf(png)], { tools }).catch((error: unknown) => error);

    expect(failure).toMatchObject({ status: 400, code: 'unsupported_parameter', param: 'tools' });
    expect((await ask([text], { tools })).usage?.prompt_tokens).toBeGreaterThan(100);
  });

  it('streams, with the usage at the end', async () => {
    const stream = await client.chat.completions.create({
      model: 'sees',
      messages: [{ role: 'user', content: [imageOf(png), text] }],
      max_tokens: 4,
      stream: true,
      stream_options: { include_usage: true },
    });
    let last: OpenAI.ChatCompletionChunk | undefined;
    for await (const chunk of stream) last = chunk;

    expect(last?.usage?.prompt_tokens).toBeGreaterThan(imageTokens);
  });

  it('refuses bytes that are no image before the engine sees them', async () => {
    const failure = await ask([text, imageOf(dataUrl('png', btoa('no image')))]).catch((error: unknown) => error);

    expect(failure).toMatchObject({
      status: 400,
      code: 'invalid_image',
      param: 'messages[0].content[1].image_url.url',
    });
  });

  it('outlives an image whose bytes are broken inside', async () => {
    const bytes = Buffer.from(sampleImages.png, 'base64');
    const broken = bytes.fill(0xff, 60, bytes.length - 20);
    const failure = await ask([text, imageOf(dataUrl('png', broken))]).catch((error: unknown) => error);

    expect(failure).toMatchObject({ status: 400, code: 'invalid_image' });
    expect((await ask([text])).choices).toHaveLength(1);
  });
});

it('a model without an encoder refuses an image and names the part', async () => {
  const failure = await ask([text, imageOf(png)], {}, 'reads').catch((error: unknown) => error);

  expect(failure).toMatchObject({ status: 400, code: 'unsupported_content', param: 'messages[0].content[1]' });
});
