import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aMoment } from '../support/a-moment.ts';
import { event, said, usage } from '../support/ask-through.ts';
import { startConfigured } from '../support/configured-server.ts';
import { dataUrl, heavyPng } from '../support/made-images.ts';
import { sampleImages } from '../support/sample-images.ts';
import { startScriptedUpstream, type Asked, type Reply, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import type { TestServer } from '../support/test-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'manifold-engines-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const saying = (content: string): Reply => ({ events: [event({ content }), event({}, 'stop', { usage })] });
const body = { model: 'test/model', messages: [{ role: 'user', content: 'Hello' }] };
const key = 'sk-of-the-upstream-0123456789';

let replies: ((asked: Asked) => Reply)[];
let upstreams: ScriptedUpstream[];
let running: TestServer | undefined;

/** Two real servers, whose answers `replies` says; both list `served`. */
beforeEach(async () => {
  replies = [() => saying('from the first'), () => saying('from the second')];
  upstreams = await Promise.all(
    [0, 1].map((at) =>
      startScriptedUpstream((asked) =>
        asked.path.startsWith('GET') ? { text: '{"data":[{"id":"served"}]}' } : (replies[at]?.(asked) ?? {}),
      ),
    ),
  );
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  await Promise.all(upstreams.map((each) => each[Symbol.asyncDispose]()));
});

const urls = () => upstreams.map(({ url }) => url);
const posts = () => upstreams.map((each) => each.posts().length);

/** The first is asked first. */
async function serve(engine: object = {}): Promise<TestServer> {
  const [first = '', second = ''] = urls();
  const replicas = [{ url: first }, { url: second, tier: 1 }];
  running = await startConfigured([{ kind: 'vllm', key, models: { 'test/model': 'served' }, replicas, ...engine }]);
  return running;
}

const failures: readonly (readonly [string, Reply])[] = [
  ['breaks before it says anything', { events: [event({ role: 'assistant' })], end: 'cut' }],
  ['ends before it says anything', { events: [event({ role: 'assistant' })], end: 'nothing' }],
  ['fails with a status', { status: 500, text: 'broken' }],
  ['reports an error inside a 200', { events: [{ error: { message: 'CUDA error', code: 500 } }] }],
  ['is busy', { status: 429, headers: { 'retry-after': '7' }, text: '{}' }],
  ['refuses its key', { status: 401, text: '{}' }],
];

describe('two servers under one engine', () => {
  it.each([true, false])('are one model, and the second answers what the first fails (stream: %s)', async (stream) => {
    const server = await serve();
    const { data } = (await (await server.fetch('/v1/models')).json()) as { data: object[] };
    expect(data).toMatchObject([{ id: 'test/model', manifold: { state: 'upstream' } }]);

    for (const [, reply] of failures) {
      replies[0] = () => reply;
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const answer = await server.chat({ ...body, stream, seed: posts()[0] });
      // oxlint-disable-next-line no-await-in-loop
      expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('from the second')]);
    }
  });

  it.each(failures)('leave no trace of the first, which %s', async (_, reply) => {
    replies[0] = () => reply;
    const server = await serve();
    const text = await (await server.chat({ ...body, stream: true })).text();

    expect(posts()).toEqual([1, 1]);
    expect(text).not.toContain('error');
    expect(text.match(/"role":"assistant"/g)).toHaveLength(1);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('do not take over from each other once something was said', async () => {
    replies[0] = () => ({ events: [said], end: 'cut' });
    const server = await serve();
    const text = await (await server.chat({ ...body, stream: true })).text();

    expect(posts()).toEqual([1, 0]);
    expect(text).toContain('"content":"one"');
    expect(text).toContain('"code":"engine_disconnected"');
    expect(text).not.toContain('[DONE]');
  });

  it('that are both busy are a 429 that says when to come again', async () => {
    replies = [50, 60].map((after) => () => ({ status: 429, headers: { 'retry-after': `${after}` }, text: '{}' }));
    const server = await serve();
    const first = await server.chat(body);
    const second = await server.chat(body);

    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '60']);
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(30);
    expect(second.status).toBeOneOf([429, 503]);
    expect(posts()).toEqual([1, 1]);
  });

  it.each([400, 422])('are not both asked what one refuses with %d', async (status) => {
    replies[0] = () => ({ status, text: '{"error":{"message":"temperature is wrong","param":"temperature"}}' });
    const server = await serve();
    const answer = await server.chat(body);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { param: 'temperature' } });
    expect(posts()).toEqual([1, 0]);
  });

  it.each([
    ['before anything is said', true, []],
    ['in the middle', true, [said]],
    ['of a plain answer', false, [said]],
  ] as const)('lose their connection when the client leaves %s', async (_, stream, events) => {
    replies[0] = () => ({ events, end: 'silence' });
    const server = await serve();
    const leaving = new AbortController();
    const answer = server
      .chat({ ...body, stream }, { signal: leaving.signal })
      .then((reply) => reply.text())
      .catch(() => 'left');
    await expect.poll(posts).toEqual([1, 0]);
    await aMoment();
    leaving.abort();

    // Nothing else would close it for minutes.
    await expect.poll(() => upstreams[0]?.left()).toBe(1);
    expect(await answer).toBe('left');
    await expect.poll(() => server.logText()).toContain('"status":499');
    expect(posts()).toEqual([1, 0]);
  });

  it('are counted as replicas of the model, without their keys', async () => {
    replies[0] = () => ({ status: 500, text: 'broken' });
    const server = await serve();
    await (await server.chat(body)).text();
    const metrics = await (await server.fetch('/v1/metrics')).text();

    expect(metrics).toContain(
      `manifold_replica_retries_total{model="test/model",replica="${urls()[0]}",code="upstream_failed"} 1`,
    );
    expect(metrics).toContain(`manifold_replica_requests_outstanding{model="test/model",replica="${urls()[1]}"} 0`);
    expect(upstreams[1]?.posts()[0]?.headers.authorization).toBe(`Bearer ${key}`);
    expect(metrics + server.logText()).not.toContain(key);
  });

  it('answer embeddings, text completions and tokens, too', async () => {
    const answers: Record<string, Reply> = {
      'POST /v1/embeddings': {
        text: JSON.stringify({ data: [{ index: 0, embedding: [3, 4] }], usage: { prompt_tokens: 2 } }),
      },
      'POST /v1/completions': { events: [{ choices: [{ index: 0, text: 'on', finish_reason: 'stop' }], usage }] },
      'POST /tokenize': { text: '{"tokens":[1,2,3]}' },
      'POST /detokenize': { text: '{"prompt":"abc"}' },
    };
    replies = [() => ({ status: 503, text: 'not now' }), ({ path }) => answers[path] ?? { status: 404 }];
    const server = await serve();
    const send = async (path: string, fields: object) => {
      const init = { method: 'POST', body: JSON.stringify({ model: 'test/model', ...fields }) };
      return (await server.fetch(path, { ...init, headers: { 'content-type': 'application/json' } })).json();
    };

    expect(await send('/v1/embeddings', { input: 'x' })).toMatchObject({
      data: [{ embedding: [expect.closeTo(0.6), expect.closeTo(0.8)] }],
    });
    expect(await send('/v1/completions', { prompt: 'go' })).toMatchObject({ choices: [{ text: 'on' }] });
    expect(await send('/tokenize', { prompt: 'abc' })).toMatchObject({ count: 3, tokens: [1, 2, 3] });
    expect(await send('/detokenize', { tokens: [1, 2, 3] })).toMatchObject({ prompt: 'abc' });
  });
});

describe('a request with images', () => {
  const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${sampleImages.png}` } };
  const withImage = { ...body, messages: [{ role: 'user', content: [{ type: 'text', text: 'What?' }, image] }] };

  it('goes to servers that see', async () => {
    const server = await serve({ images: true });

    expect((await server.chat(withImage)).status).toBe(200);
    expect(JSON.stringify(upstreams[0]?.posts()[0]?.body)).toContain(sampleImages.png);
  });

  it('arrives whole, however heavy they are', async () => {
    const heavy = { type: 'image_url', image_url: { url: dataUrl('png', heavyPng(1 << 20)) } };
    const messages = [{ role: 'user', content: [heavy, { type: 'text', text: 'What?' }, heavy] }];
    const server = await serve({ images: true });

    expect((await server.chat({ ...body, messages })).status).toBe(200);
    expect(upstreams[0]?.posts()[0]?.body['messages']).toEqual(messages);
  });

  it('is refused where they do not, and none is asked', async () => {
    const server = await serve({ images: false });
    const answer = await server.chat(withImage);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { param: 'messages[0].content[1]' } });
    expect(posts()).toEqual([0, 0]);
  });
});

describe('JSON that is heard to its end before it leaves', () => {
  const asking = { ...body, response_format: { type: 'json_object' } };

  it('may take longer than a first token', async () => {
    const until = new Promise<void>((resolve) => setTimeout(resolve, 4000));
    replies[0] = () => ({ events: [event({ content: '{"a"' }), event({ content: ':1}' }, 'stop', { usage })], until });
    const server = await serve({ kind: 'hosted-nim', timeouts: { firstTokenSeconds: 3 } });
    const answer = await server.chat(asking);

    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: '{"a":1}' } }] });
    expect(posts()).toEqual([1, 0]);
  });

  it('is asked for elsewhere when it stops', async () => {
    replies[0] = () => ({ events: [event({ content: '{"a"' })], end: 'silence' });
    replies[1] = () => saying('{}');
    const server = await serve({ kind: 'hosted-nim', timeouts: { betweenTokensSeconds: 2 } });
    const answer = await server.chat(asking);

    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: '{}' } }] });
  });
});

describe('a file of addresses', () => {
  it('may lose one in use: its stream goes on to its end, and new requests go elsewhere', async () => {
    const [first = '', second = ''] = urls();
    const file = join(directory, 'addresses');
    writeFileSync(file, `${first}\n`);
    const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
    const [begun, ...rest] = [said, event({ content: ' two' }), event({}, 'stop', { usage })];
    replies[0] = () => (posts()[0] === 1 ? { events: [begun, ...rest], until } : saying('from the first'));
    const server = await serve({ replicas: undefined, replicasFile: file });
    const stream = await server.chat({ ...body, stream: true });
    writeFileSync(file, `${second}\n`);
    const another = async () => (await server.chat(body)).text();
    await expect.poll(another, { timeout: 30_000, interval: 200 }).toContain('from the second');
    goOn();
    const text = await stream.text();

    expect(text).toContain('"content":" two"');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });
});
