import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { TokenLogprob } from '../../src/api/logprobs.ts';
import { ManifoldError } from '../../src/errors.ts';
import { chunksOf, codeOf, completionOf } from '../support/checked-answer.ts';
import { rawChat, rawExchange } from '../support/raw-exchange.ts';
import { answer, finish, piece, role, scriptedEngine, usageOf } from '../support/scripted-engine.ts';
import { sseData } from '../support/sse-events.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

let server: TestServer;
afterEach(() => server.stop());

const plain = { model: 'test/model', messages: [userMessage] };
const streamed = { ...plain, stream: true };
const disconnected = () => new ManifoldError('engine_disconnected', 'The engine was lost.');

/** A token of one byte, told with certainty. */
function entry(token: string): TokenLogprob {
  return { token, logprob: 0, bytes: [...Buffer.from(token)], top_logprobs: [] };
}

describe('a plain answer', () => {
  it('fits the contract and is folded from the stream', async () => {
    server = await startTestServer(scriptedEngine(answer('Hel', 'lo')));
    const before = Math.floor(Date.now() / 1000);

    const response = await server.chat(plain);
    const body = await completionOf(response);

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(body.choices).toEqual([
      {
        index: 0,
        message: { role: 'assistant', content: 'Hello', refusal: null },
        logprobs: null,
        finish_reason: 'stop',
        stop_reason: null,
      },
    ]);
    expect(body.usage).toEqual({ prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 });
    expect(body.model).toBe('test/model');
    expect(body.id).toMatch(/^chatcmpl-/);
    expect(body.created).toBeGreaterThanOrEqual(before);
    expect(body.system_fingerprint).toBe('fp_test');
  });

  it('has a fresh id every time', async () => {
    server = await startTestServer(scriptedEngine(answer('a')));

    const ids = await Promise.all(
      Array.from({ length: 20 }, async () => (await completionOf(await server.chat(plain))).id),
    );

    expect(new Set(ids).size).toBe(20);
  });

  it('holds all choices in order of index', async () => {
    server = await startTestServer(
      scriptedEngine([piece('b', 1), piece('a', 0), finish('length', 1), finish('stop', 0), usageOf(3, 2)]),
    );

    const { choices } = await completionOf(await server.chat({ ...plain, n: 2 }));

    expect(choices.map((c) => [c.index, c.message.content, c.finish_reason])).toEqual([
      [0, 'a', 'stop'],
      [1, 'b', 'length'],
    ]);
  });

  it('adds log probabilities up, and has none where no chunk had any', async () => {
    const [a, b] = [entry('a'), entry('b')];
    server = await startTestServer(
      scriptedEngine([
        piece('a', 0, { content: [a], refusal: null }),
        piece('b', 0, { content: [b], refusal: null }),
        piece('c', 1),
        finish('stop', 0),
        finish('stop', 1),
        usageOf(1, 3),
      ]),
    );

    const { choices } = await completionOf(await server.chat({ ...plain, n: 2, logprobs: true }));

    expect(choices.map(({ logprobs }) => logprobs)).toEqual([{ content: [a, b], refusal: null }, null]);
  });

  it.each([
    ['a finish reason', [piece('x'), usageOf(1, 1)]],
    ['usage', [piece('x'), finish()]],
  ])('is an error when the engine ends without %s', async (_, script) => {
    server = await startTestServer(scriptedEngine(script));

    const response = await server.chat(plain);

    expect(response.status).toBe(500);
    expect(await codeOf(response)).toBe('engine_error');
  });
});

describe('a streamed answer', () => {
  it('is framed as data lines only, ended by one [DONE]', async () => {
    server = await startTestServer(scriptedEngine(answer('Hel', 'lo')));

    const response = await server.chat(streamed);
    const text = await response.text();

    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(text).toMatch(/^(data: [^\n]+\n\n)+$/);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(text.match(/\[DONE\]/g)).toHaveLength(1);
  });

  it('keeps one id, created and model, names the role once and closes once', async () => {
    server = await startTestServer(scriptedEngine(answer('Hel', 'lo')));

    const chunks = await chunksOf(await server.chat(streamed));

    expect(new Set(chunks.map(({ id, created, model }) => `${id} ${created} ${model}`)).size).toBe(1);
    expect(chunks[0]?.model).toBe('test/model');
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.role)).toEqual(['assistant', undefined, undefined, undefined]);
    expect(chunks.map((chunk) => chunk.choices[0]?.finish_reason)).toEqual([null, null, null, 'stop']);
    expect(chunks.at(-1)?.choices[0]?.delta).toEqual({});
  });

  it('has neither usage nor empty choices unless asked', async () => {
    server = await startTestServer(scriptedEngine(answer('x')));

    const chunks = await chunksOf(await server.chat(streamed));

    expect(chunks.every((chunk) => !('usage' in chunk) && chunk.choices.length > 0)).toBe(true);
  });

  it('ends with a usage chunk when asked, with usage null before it', async () => {
    server = await startTestServer(scriptedEngine(answer('x', 'y')));

    const chunks = await chunksOf(await server.chat({ ...streamed, stream_options: { include_usage: true } }));

    expect(chunks.at(-1)?.choices).toEqual([]);
    expect(chunks.at(-1)?.usage).toEqual({ prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
  });

  it('passes log probabilities on, with `refusal` also when the engine leaves it out', async () => {
    const content = [entry('x')];
    const fromElsewhere = { content } as { content: typeof content; refusal: null };
    server = await startTestServer(scriptedEngine([piece('x', 0, fromElsewhere), finish(), usageOf(1, 1)]));

    const chunks = await chunksOf(await server.chat({ ...streamed, logprobs: true }));

    expect(chunks.map((chunk) => chunk.choices[0]?.logprobs)).toEqual([{ content, refusal: null }, null]);
  });

  it('adds the role when the engine leaves it out', async () => {
    server = await startTestServer(scriptedEngine([piece('x'), finish(), usageOf(1, 1)]));

    const [first] = await chunksOf(await server.chat(streamed));

    expect(first?.choices[0]?.delta).toEqual({ role: 'assistant', content: 'x' });
  });

  it('sends its first event before the answer is complete', async () => {
    server = await startTestServer(scriptedEngine([role(), piece('first'), 'stall']));

    const text = await rawExchange(server.port, rawChat(server.key, streamed), 'first');

    expect(text).toContain('HTTP/1.1 200');
    expect(text).not.toContain('[DONE]');
  });

  it('keeps a silent stream alive with comments that have no blank line', async () => {
    server = await startTestServer(scriptedEngine([piece('x'), { pauseMs: 1300 }, finish(), usageOf(1, 1)]), {
      settings: { timeouts: { keepAliveSeconds: 1 } },
    });

    const text = await (await server.chat(streamed)).text();

    expect(text).toContain('\n\n: ping\ndata: ');
  });
});

describe('failures', () => {
  it('are an HTTP status before the first content, also for a stream', async () => {
    const refused = new ManifoldError('context_length_exceeded', 'Too long.', { param: 'messages' });
    server = await startTestServer(scriptedEngine(() => refused));

    const response = await server.chat(streamed);

    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toEqual({
      error: {
        message: 'Too long.',
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
      },
      status: 400,
      title: 'Bad Request',
      detail: 'Too long.',
    });
  });

  it('are an event and no [DONE] after it', async () => {
    server = await startTestServer(scriptedEngine([role(), piece('x'), disconnected()]));

    const response = await server.chat(streamed);
    const events = sseData(await response.text());

    expect(response.status).toBe(200);
    expect(JSON.parse(events.at(-1) ?? '')).toMatchObject({
      error: { code: 'engine_disconnected', type: 'server_error' },
      status: 502,
    });
    expect(events).not.toContain('[DONE]');
    expect(events.join()).not.toContain('"finish_reason":"stop"');
  });

  it('hide what was not thrown on purpose', async () => {
    server = await startTestServer(scriptedEngine([new Error('secret detail')]));

    const response = await server.chat(plain);
    const text = await response.text();

    expect(response.status).toBe(500);
    expect(text).toContain('internal_error');
    expect(text).not.toContain('secret detail');
  });

  it('carry Retry-After when a time is known', async () => {
    server = await startTestServer(
      scriptedEngine(() => new ManifoldError('model_loading', 'Loading.', { retryAfterSeconds: 2.2 })),
    );

    const response = await server.chat(plain);

    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('3');
  });

  it('of a lost engine are retried once while nothing was sent', async () => {
    const engine = scriptedEngine((attempt) => (attempt === 1 ? [role(), disconnected()] : answer('again')));
    server = await startTestServer(engine);

    const chunks = await chunksOf(await server.chat(streamed));

    expect(engine.requests).toHaveLength(2);
    expect(chunks.filter((chunk) => chunk.choices[0]?.delta.role)).toHaveLength(1);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('again');
  });

  it('of an engine lost twice reach the client', async () => {
    const engine = scriptedEngine([role(), disconnected()]);
    server = await startTestServer(engine);

    const response = await server.chat(plain);

    expect(engine.requests).toHaveLength(2);
    expect(response.status).toBe(502);
  });

  it('come as an event once the headers left after waiting', async () => {
    server = await startTestServer(scriptedEngine([{ pauseMs: 300 }, new ManifoldError('engine_error', 'Broken.')]), {
      settings: { timeouts: { commitAfterSeconds: 0.1 } },
    });

    const response = await server.chat(streamed);

    expect(response.status).toBe(200);
    expect(await response.text()).toContain('"code":"engine_error"');
  });
});

describe('a client that leaves', () => {
  it.each([
    ['while a stream waits for its first content', streamed, ['stall' as const]],
    ['in the middle of a stream', streamed, [piece('x'), 'stall' as const]],
    ['during a plain answer', plain, [piece('x'), 'stall' as const]],
  ])('stops the engine at once %s', async (_, body, script) => {
    const engine = scriptedEngine(script);
    server = await startTestServer(engine);
    const socket = connect(server.port, '127.0.0.1');
    socket.write(rawChat(server.key, body));
    await expect.poll(() => engine.open()).toBe(1);

    socket.end();

    // Nothing else would stop it for minutes.
    await expect.poll(() => engine.aborts()).toBe(1);
    await expect.poll(() => engine.open()).toBe(0);
    await expect
      .poll(() => server.logLines().at(-1))
      .toMatchObject({ status: 499, errorCode: 'client_closed_request' });
    const metrics = await (await server.fetch('/v1/metrics')).text();
    expect(metrics).toContain('manifold_requests_waiting{model="test/model"} 0');
  });
});
