import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engines/engine.ts';
import { createSystemClock } from '../../src/lib/clock.ts';
import {
  answer,
  finish,
  piece,
  role,
  scriptedEngine,
  usageOf,
  type ScriptedEngine,
} from '../support/scripted-engine.ts';
import { configOf, startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

let server: TestServer;
afterEach(() => server.stop());

const still = { ...createSystemClock(), now: () => 0 };
const chat = { model: 'test/model', messages: [userMessage], max_tokens: 10 };

async function serve(limits: object, engine: ScriptedEngine = scriptedEngine(answer('Hi'))): Promise<void> {
  server = await startTestServer(engine, { clock: still, settings: { limits } });
}
const post = (path: string, body: object) =>
  server.fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const limitsIn = (response: Response) =>
  Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('x-ratelimit-')));

describe('limits in answers', () => {
  it.each([true, false])('are told for every dimension (stream: %s)', async (stream) => {
    await serve({
      perKey: { requestsPerMinute: 60, tokensPerMinute: 6000, concurrency: 5, tokensPerDay: 50_000, costPerMonth: 1.5 },
      models: { 'test/model': { inputTokensPerMinute: 3000 } },
      global: { requestsPerMinute: 1000, outputTokensPerMinute: 900 },
    });

    const response = await server.chat({ ...chat, stream });
    await response.text();

    const told = limitsIn(response);
    expect(told).toMatchObject({
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-limit-tokens': '6000',
      'x-ratelimit-limit-input-tokens': '3000',
      'x-ratelimit-limit-output-tokens': '900',
      'x-ratelimit-remaining-output-tokens': '890',
      'x-ratelimit-limit-concurrency': '5',
      'x-ratelimit-remaining-concurrency': '4',
      'x-ratelimit-limit-tokens-day': '50000',
      'x-ratelimit-limit-cost-month': '1.5',
      'x-ratelimit-remaining-cost-month': '1.5',
    });
    expect(told['x-ratelimit-reset-tokens-day']).toMatch(/^(\d+h)?\d+m\d+s$|s$/);
  });

  it.each([
    ['GET', '/v1/models'],
    ['GET', '/v1/metrics'],
    ['GET', '/v1/metadata'],
  ])('are told by %s %s, which uses none', async (_, path) => {
    await serve({ perKey: { requestsPerMinute: 60 } });

    for (let time = 0; time < 2; time++) {
      const response = await server.fetch(path);
      await response.text();
      expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('60');
    }
  });

  it('are told to nobody without a key', async () => {
    await serve({ perKey: { requestsPerMinute: 60 } });

    const responses = [
      await fetch(`${server.url}/v1/health/live`),
      await fetch(`${server.url}/v1/models`, { headers: { authorization: 'Bearer wrong' } }),
    ];

    for (const response of responses) expect(limitsIn(response)).toEqual({});
  });

  it.each([
    ['/v1/chat/completions', chat],
    ['/v1/completions', { model: 'test/model', prompt: 'x' }],
    ['/v1/embeddings', { model: 'test/model', input: 'x' }],
    ['/tokenize', { model: 'test/model', prompt: 'x' }],
    ['/v1/tokenize', { model: 'test/model', prompt: 'x' }],
    ['/detokenize', { model: 'test/model', tokens: [1] }],
    ['/v1/detokenize', { model: 'test/model', tokens: [1] }],
    ['/v1/chat/completions/render', chat],
    ['/v1/completions/render', { model: 'test/model', prompt: 'x' }],
  ])('refuse at %s with a 429 that says when to come back', async (path, body) => {
    await serve({ perKey: { requestsPerMinute: 2 } });
    await (await post(path, body)).text();
    await (await server.chat(chat)).text();

    const response = await post(path, body);

    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('30');
    expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(response.headers.get('x-ratelimit-reset-requests')).toBe('1m0s');
    expect(await response.json()).toMatchObject({
      error: { code: 'rate_limit_exceeded', type: 'rate_limit_error', param: null },
      status: 429,
      title: 'Too Many Requests',
    });
  });

  it('are not exceeded by a template that writes much, once a prompt of its model was counted', async () => {
    const long = [role(), piece('a'), finish(), usageOf(2000, 1)];
    await serve({ perKey: { inputTokensPerMinute: 3000 } }, scriptedEngine(long));
    await (await server.chat(chat)).text();

    const response = await server.chat(chat);

    expect(response.status).toBe(429);
    expect(response.headers.get('x-ratelimit-remaining-input-tokens')).toBe('1000');
  });

  it('reserve what the engine with the longest context may read and write, where several have the model', async () => {
    const engine = scriptedEngine(answer('Hi'));
    engine.setState({ kind: 'ready', contextLength: 100, longestContext: 1000, slots: 4 });
    await serve({ perKey: { outputTokensPerMinute: 5000 } }, engine);

    const response = await server.chat({ ...chat, max_tokens: undefined });
    await response.text();

    expect(response.headers.get('x-ratelimit-remaining-output-tokens')).toBe('4000');
  });

  it('count each of several choices, and give back what was not used', async () => {
    const both = [role(0), role(1), piece('a', 0), piece('b', 1), finish('stop', 0), finish('stop', 1), usageOf(7, 2)];
    await serve({ perKey: { outputTokensPerMinute: 100 } }, scriptedEngine(both));

    const response = await server.chat({ ...chat, n: 2, max_tokens: 30 });
    await response.text();

    expect(response.headers.get('x-ratelimit-remaining-output-tokens')).toBe('40');
    expect((await server.fetch('/v1/models')).headers.get('x-ratelimit-remaining-output-tokens')).toBe('98');
  });

  it('say that a request asks for more than there ever is', async () => {
    await serve({ perKey: { tokensPerMinute: 1000 } });

    const response = await server.chat({ ...chat, max_tokens: 4000 });

    expect(response.status).toBe(400);
    expect(response.headers.get('retry-after')).toBeNull();
    expect(await response.json()).toMatchObject({ error: { code: 'request_over_limit', param: 'max_tokens' } });
  });

  it('have the prompt counted where its bytes are too many for a limit', async () => {
    const engine = scriptedEngine(answer('Hi'));
    const text = 'word '.repeat(1000);
    const counting = { ...engine, render: async () => ({ text, tokens: Array.from({ length: 900 }, () => 1) }) };
    await serve({ perKey: { inputTokensPerMinute: 1000 } }, counting);

    const response = await server.chat({ ...chat, messages: [{ role: 'user', content: text }] });

    expect(response.status).toBe(200);
    expect(response.headers.get('x-ratelimit-remaining-input-tokens')).toBe('100');
  });

  it('hold no more for a prompt than its engine found it to be', async () => {
    const engine = scriptedEngine([role(), piece('a'), 'stall']);
    const telling: ScriptedEngine = {
      ...engine,
      async chat(request, signal, caller) {
        caller?.onPromptTokens?.(12);
        return engine.chat(request, signal, caller);
      },
    };
    await serve({ perKey: { inputTokensPerMinute: 1000 } }, telling);
    const leaving = new AbortController();
    const response = await server.chat({ ...chat, stream: true }, { signal: leaving.signal });
    await response.body?.getReader().read();

    expect((await server.fetch('/v1/models')).headers.get('x-ratelimit-remaining-input-tokens')).toBe('988');
    leaving.abort();
  });
});

describe('limits and prices of models', () => {
  it('that are under no id of a model are told in the log, also after a reload', async () => {
    const settings = {
      limits: { models: { 'test/model': { concurrency: 3 }, model: { concurrency: 2 }, 'test/*': { concurrency: 1 } } },
      prices: { 'test/*': { input: 1 }, 'test/modle': { input: 2 } },
    };
    server = await startTestServer(scriptedEngine(answer('Hi')), { settings });
    const told = () => server.logText().match(/\{[^\n]*are not served"\}/g);

    server.server.tellUnserved();
    expect(told()).toEqual([expect.stringContaining('"models":["model","test/*","test/modle"]')]);

    server.server.reload(configOf({ ...settings, limits: {} }, server.key));
    expect(told()?.at(-1)).toContain('"models":["test/modle"]');
    server.server.reload(configOf({}, server.key));
    expect(told()).toHaveLength(2);
  });
});

describe('a model whose places are taken', () => {
  const areWaiting = () => server.metric('manifold_requests_waiting');

  it('lets requests wait, and refuses those that waited too long', async () => {
    const engine = scriptedEngine([role(), piece('a'), 'stall']);
    server = await startTestServer(engine, {
      settings: { limits: { models: { 'test/model': { maxConcurrency: 1 } }, queue: { waitSeconds: 0.1 } } },
    });
    const leaving = new AbortController();
    const running = await server.chat({ ...chat, stream: true }, { signal: leaving.signal });
    await running.body?.getReader().read();

    const response = await server.chat(chat);

    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await response.json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
    expect(engine.requests).toHaveLength(1);
    leaving.abort();
  });

  it('gives the place of a client that left to the next', async () => {
    const engine = scriptedEngine((attempt) => (attempt === 1 ? [role(), piece('a'), 'stall'] : answer('Hi')));
    server = await startTestServer(engine, {
      settings: { limits: { models: { 'test/model': { maxConcurrency: 1 } } } },
    });
    const leaving = new AbortController();
    const running = await server.chat({ ...chat, stream: true }, { signal: leaving.signal });
    await running.body?.getReader().read();
    const next = server.chat(chat);
    const alsoLeaving = new AbortController();
    const left = server.chat(chat, { signal: alsoLeaving.signal }).catch(() => 'left');
    await expect.poll(areWaiting).toBe(2);
    alsoLeaving.abort();
    await expect.poll(areWaiting).toBe(1);

    leaving.abort();

    expect(await left).toBe('left');
    expect((await next).status).toBe(200);
    expect(engine.requests).toHaveLength(2);
    expect((await server.chat(chat)).status).toBe(200);
  });

  it('lets in those that wait as soon as a reload brings more places', async () => {
    const engine = scriptedEngine((attempt) => (attempt === 1 ? [role(), piece('a'), 'stall'] : answer('Hi')));
    const settings = (maxConcurrency: number) => ({ limits: { models: { 'test/model': { maxConcurrency } } } });
    server = await startTestServer(engine, { settings: settings(1) });
    const leaving = new AbortController();
    const running = await server.chat({ ...chat, stream: true }, { signal: leaving.signal });
    await running.body?.getReader().read();
    const others = [server.chat(chat), server.chat(chat)];
    await expect.poll(areWaiting).toBe(2);
    expect(engine.requests).toHaveLength(1);

    server.server.reload(configOf(settings(8), server.key));

    expect((await Promise.all(others)).map(({ status }) => status)).toEqual([200, 200]);
    leaving.abort();
  });

  it('does not let the prompts of one request wait for each other', async () => {
    const engine = scriptedEngine(answer('a', 'b', 'c'));
    server = await startTestServer(engine, {
      settings: { limits: { models: { 'test/model': { maxConcurrency: 1 } } } },
    });

    for (const stream of [true, false]) {
      const body = { model: 'test/model', prompt: ['x', 'y', 'z'], stream };
      expect((await post('/v1/completions', body)).status).toBe(200);
    }
  });

  it('has as many places as its engine has slots', async () => {
    const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
    const engine = scriptedEngine([role(), piece('a'), { until }, finish(), usageOf(7, 1)]);
    server = await startTestServer(engine);

    const asked = Array.from({ length: 12 }, () => server.chat(chat));
    await expect.poll(() => server.metric('manifold_requests_running')).toBe(4);
    await expect.poll(areWaiting).toBe(8);
    expect(engine.requests).toHaveLength(4);
    goOn();

    expect((await Promise.all(asked)).every(({ status }) => status === 200)).toBe(true);
  });

  it('lets embeddings wait as well, and serves those that wait in their turn', async () => {
    const places = Promise.withResolvers<void>();
    let [running, most] = [0, 0];
    const engine: Engine = {
      ...scriptedEngine([]),
      async embed() {
        most = Math.max(most, ++running);
        return (async function* vectors() {
          await places.promise;
          yield { index: 0, embedding: 'AACAPw==', prompt_tokens: 3 };
          running--;
        })();
      },
    };
    server = await startTestServer(engine, {
      settings: { limits: { models: { 'test/model': { maxConcurrency: 2 } }, queue: { mostWaiting: 2 } } },
    });
    const asked = Array.from({ length: 5 }, () => post('/v1/embeddings', { model: 'test/model', input: 'x' }));
    const refused = await Promise.race(asked);
    places.resolve();

    expect(refused.status).toBe(429);
    expect((await Promise.all(asked)).filter(({ status }) => status === 200)).toHaveLength(4);
    expect(most).toBe(2);
  });
});
