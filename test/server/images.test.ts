import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engines/engine.ts';
import { startImageServer } from '../support/image-server.ts';
import { blackPng, dataUrl, heavyPng } from '../support/made-images.ts';
import { sampleImages } from '../support/sample-images.ts';
import { answer, scriptedEngine } from '../support/scripted-engine.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const png = dataUrl('png', sampleImages.png);
const image = (url: string, extra: object = {}) => ({ type: 'image_url', image_url: { url, ...extra } });
const text = (value: string) => ({ type: 'text', text: value });
const asking = (...content: object[]) => ({ model: 'test/model', messages: [{ role: 'user', content }] });

const seeing = scriptedEngine(answer('ok'), { acceptsImages: true });
const blind = scriptedEngine(answer('ok'));
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(seeing, {
    models: { 'test/model': seeing, 'test/blind': blind },
    settings: { images: { maxCount: 3, maxTotalBytes: 3_000_000, maxBytes: 2_500_000 } },
  });
});
afterAll(() => server.stop());

async function errorOf(body: object, from = server) {
  const response = await from.chat(body);
  const { error } = (await response.json()) as { error?: { code: string; param: string; message: string } };
  return { status: response.status, ...error };
}
const urlsSeen = (engine = seeing) =>
  (engine.requests.at(-1)?.messages ?? []).flatMap(({ content }) =>
    Array.isArray(content) ? content.flatMap((part) => (part.type === 'image_url' ? [part.image_url.url] : [])) : [],
  );

describe('images in messages', () => {
  it('reach an engine that sees, in their places', async () => {
    const messages = [
      { role: 'system', content: 'Look.' },
      { role: 'user', content: [image(png, { detail: 'low' }), text('What is it?')] },
      { role: 'assistant', content: 'A line.' },
      { role: 'user', content: [text('And this?'), image(dataUrl('jpg', sampleImages.jpeg)), image(png)] },
    ];

    const response = await server.chat({ model: 'test/model', messages });

    expect(response.status).toBe(200);
    expect(seeing.requests.at(-1)?.messages).toEqual([
      messages[0],
      messages[1],
      messages[2],
      {
        role: 'user',
        content: [text('And this?'), image(dataUrl('jpeg', sampleImages.jpeg)), image(png)],
      },
    ]);
  });

  it('may have null where the wish is left out', async () => {
    expect((await server.chat(asking(image(png, { detail: null })))).status).toBe(200);
    expect(seeing.requests.at(-1)?.messages).toEqual([{ role: 'user', content: [image(png)] }]);
  });

  it('are taken by the models that say so', async () => {
    const { data } = (await (await server.fetch('/v1/models')).json()) as {
      data: { id: string; manifold: { images: boolean } }[];
    };

    expect(data.map(({ id, manifold }) => [id, manifold.images])).toEqual([
      ['test/model', true],
      ['test/blind', false],
    ]);
  });

  it('come whole where they are large', async () => {
    const url = dataUrl('png', heavyPng(2_000_000));

    expect((await server.chat(asking(text('?'), image(url)))).status).toBe(200);
    expect(urlsSeen()).toEqual([url]);
  });

  it('are counted in the log, and not shown there', async () => {
    await server.chat(asking(text('secret question'), image(png)));

    await expect.poll(() => server.logLines().at(-1)).toMatchObject({ images: 1, status: 200 });
    expect(server.logText()).not.toMatch(/secret question|data:image|iVBOR/);
  });

  it.each([false, true])('are a 400 naming the part for a model that reads only (stream: %s)', async (stream) => {
    const body = { ...asking(text('x'), image(png)), model: 'test/blind', stream };

    expect(await errorOf(body)).toMatchObject({
      status: 400,
      code: 'unsupported_content',
      param: 'messages[0].content[1]',
    });
    expect(blind.requests).toEqual([]);
  });

  it.each(['system', 'developer', 'assistant'])('are refused in messages of the role %s', async (role) => {
    const messages = [
      { role, content: [text('x'), image(png)] },
      { role: 'user', content: 'y' },
    ];

    expect(await errorOf({ model: 'test/model', messages })).toMatchObject({
      status: 400,
      code: 'unsupported_content',
      param: 'messages[0].content[1]',
    });
  });

  it.each(['video_url', 'input_audio', 'audio_url', 'file', 'input_image'])(
    'are no excuse for parts of type %s',
    async (type) => {
      const part = { type, [type]: { url: 'https://example.com' } };

      expect(await errorOf(asking(image(png), part))).toMatchObject({
        status: 400,
        code: 'unsupported_content',
        param: 'messages[0].content[1]',
        message: expect.stringContaining(type) as string,
      });
    },
  );

  it.each<[string, object, string, string]>([
    ['without image_url', { type: 'image_url' }, 'missing_required_parameter', 'image_url'],
    ['with a text for it', { type: 'image_url', image_url: png }, 'invalid_type', 'image_url'],
    ['without a URL', { type: 'image_url', image_url: {} }, 'missing_required_parameter', 'image_url.url'],
    ['with an empty URL', image(''), 'invalid_value', 'image_url.url'],
    ['with an unknown detail', image(png, { detail: 'most' }), 'invalid_value', 'image_url.detail'],
    ['with bytes of another type', image(dataUrl('png', sampleImages.gif)), 'invalid_image', 'image_url.url'],
    ['with broken base64', image(`${png}!`), 'invalid_image', 'image_url.url'],
    ['with SVG', image(dataUrl('svg+xml', btoa('<svg/>'))), 'invalid_image', 'image_url.url'],
    ['of one pixel', image(dataUrl('png', blackPng(1, 1))), 'invalid_image', 'image_url.url'],
    ['of many pixels', image(dataUrl('png', blackPng(65_535, 65_535))), 'invalid_image', 'image_url.url'],
    ['of many bytes', image(dataUrl('png', heavyPng(2_600_000))), 'invalid_image', 'image_url.url'],
    ['behind https', image('https://example.com/a.png'), 'invalid_image_url', 'image_url.url'],
    ['behind a path', image('/etc/passwd'), 'invalid_image_url', 'image_url.url'],
    ['behind a file URL', image('file:///etc/passwd'), 'invalid_image_url', 'image_url.url'],
  ])('are refused %s', async (_, part, code, at) => {
    const before = seeing.requests.length;

    expect(await errorOf(asking(text('x'), part))).toMatchObject({
      status: 400,
      code,
      param: `messages[0].content[1].${at}`,
    });
    expect(seeing.requests).toHaveLength(before);
  });

  it('are refused beyond the count, and beyond the bytes of all', async () => {
    const heavy = image(dataUrl('png', heavyPng(1_600_000)));

    expect(await errorOf(asking(image(png), image(png), image(png), image(png)))).toMatchObject({
      status: 400,
      code: 'invalid_value',
      param: 'messages[0].content[3]',
    });
    expect(await errorOf(asking(heavy, heavy))).toMatchObject({
      status: 400,
      code: 'invalid_image',
      param: 'messages[0].content[1].image_url.url',
      message: expect.stringContaining('3000000 bytes') as string,
    });
  });

  it.each(['/v1/chat/completions/render', '/tokenize'])('are checked on %s too', async (path) => {
    const shown: unknown[] = [];
    const render: NonNullable<Engine['render']> = async ({ messages }) => {
      shown.push(messages[0]?.content);
      return { text: 'x', tokens: [1], names: ['x'] };
    };
    const own = await startTestServer(seeing, {
      models: { 'test/model': { ...seeing, render }, 'test/blind': { ...blind, render } },
    });
    const post = async (body: object) => {
      const headers = { 'content-type': 'application/json' };
      const response = await own.fetch(path, { method: 'POST', body: JSON.stringify(body), headers });
      return { status: response.status, body: await response.json() };
    };

    expect(await post(asking(image(dataUrl('jpg', sampleImages.jpeg))))).toMatchObject({ status: 200 });
    expect(shown).toEqual([[image(dataUrl('jpeg', sampleImages.jpeg))]]);
    expect(await post({ ...asking(image(png)), model: 'test/blind' })).toMatchObject({
      status: 400,
      body: { error: { code: 'unsupported_content', param: 'messages[0].content[0]' } },
    });
    await own.stop();
  });
});

describe('images behind URLs', () => {
  const remote = (images: object) => startTestServer(seeing, { settings: { images: { remote: true, ...images } } });
  // So that it is not time that ends what is to end at once.
  const patient = { timeouts: { firstByteSeconds: 600, totalSeconds: 600 } };

  it('are fetched from hosts that are named, and the engine sees no URL and the host no key', async () => {
    await using source = await startImageServer((_, response) =>
      response.end(Buffer.from(sampleImages.jpeg, 'base64')),
    );
    const own = await remote({ http: true, allowHosts: [`127.0.0.1:${source.port}`] });

    const response = await own.chat(
      asking(text('x'), image(`http://127.0.0.1:${source.port}/a.png`, { detail: 'high' })),
    );

    expect(response.status).toBe(200);
    expect(seeing.requests.at(-1)?.messages[0]?.content).toEqual([
      text('x'),
      image(dataUrl('jpeg', sampleImages.jpeg), { detail: 'high' }),
    ]);
    expect(JSON.stringify(source.requests)).not.toMatch(/nvapi-|authorization|cookie/i);
    expect(own.logText()).not.toContain('a.png');
    await own.stop();
  });

  it.each([
    ['that are this machine', (port: number) => `http://127.0.0.1:${port}/`],
    ['that are this machine by name', (port: number) => `http://localhost:${port}/`],
    ['that are this machine in another spelling', (port: number) => `http://[::ffff:127.0.0.1]:${port}/`],
    ['on another port', (port: number) => `http://example.com:${port}/`],
  ])('are not fetched from hosts %s', async (_, urlOf) => {
    await using canary = await startImageServer((__, response) => response.end());
    const own = await remote({ http: true });

    expect(await errorOf(asking(image(urlOf(canary.port))), own)).toMatchObject({
      status: 400,
      code: 'invalid_image_url',
      param: 'messages[0].content[0].image_url.url',
    });
    expect(canary.connections()).toBe(0);
    await own.stop();
  });

  it('are not fetched for a model that reads only', async () => {
    await using canary = await startImageServer((_, response) => response.end());
    const own = await startTestServer(blind, {
      settings: { images: { remote: true, http: true, allowHosts: [`127.0.0.1:${canary.port}`] } },
    });

    expect(await errorOf(asking(image(`http://127.0.0.1:${canary.port}/`)), own)).toMatchObject({
      code: 'unsupported_content',
    });
    expect(canary.connections()).toBe(0);
    await own.stop();
  });

  it('are given up in time when they drip, all of a request together', async () => {
    await using source = await startImageServer((_, response) => {
      const timer = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(timer));
    });
    const own = await remote({
      http: true,
      allowHosts: [`127.0.0.1:${source.port}`],
      timeouts: { totalSeconds: 2 },
    });
    const slow = image(`http://127.0.0.1:${source.port}/`);

    expect(await errorOf({ ...asking(slow, slow, slow), stream: true }, own)).toMatchObject({
      status: 400,
      code: 'invalid_image_url',
      message: expect.stringContaining('after 2 seconds') as string,
    });

    // Each had been asked for before the first was given up.
    expect(source.requests).toHaveLength(3);
    await expect.poll(() => source.open()).toBe(0);
    await own.stop();
  });

  it('are left alone as soon as the client leaves', async () => {
    await using source = await startImageServer(() => undefined);
    const own = await remote({ http: true, allowHosts: [`127.0.0.1:${source.port}`], ...patient });
    const leaving = new AbortController();
    const left = own.chat(asking(image(`http://127.0.0.1:${source.port}/`)), { signal: leaving.signal });
    await expect.poll(() => source.open()).toBe(1);

    leaving.abort();

    await expect(left).rejects.toThrow('aborted');
    await expect.poll(() => source.open()).toBe(0);
    await own.stop();
  });

  it('fail once one of them fails', async () => {
    await using source = await startImageServer((request, response) => {
      if (request.url === '/missing') response.writeHead(404).end();
    });
    const own = await remote({ http: true, allowHosts: [`127.0.0.1:${source.port}`], ...patient });
    const from = (path: string) => image(`http://127.0.0.1:${source.port}${path}`);

    expect(await errorOf(asking(from('/silent'), from('/missing')), own)).toMatchObject({
      code: 'invalid_image_url',
      param: 'messages[0].content[1].image_url.url',
    });
    await expect.poll(() => source.open()).toBe(0);
    await own.stop();
  });
});
