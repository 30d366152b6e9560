import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { replicaSettings } from '../../src/config/replica-settings.ts';
import { policyOf } from '../../src/engines/replicas/policy.ts';
import { createReplicaSet } from '../../src/engines/replicas/replica-set.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { ManifoldError } from '../../src/errors.ts';
import { createSystemClock } from '../../src/lib/clock.ts';
import { memoryLedger } from '../support/memory-ledger.ts';
import { responseUntil } from '../support/response-until.ts';
import { answer, finish, piece, role, scriptedEngine, thought, usageOf } from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

let server: TestServer;
afterEach(() => server.stop());

const prices = { 'test/*': { input: 1, cachedInput: 0.5, output: 10 } };
const chat = { model: 'test/model', messages: [userMessage] };

const post = (path: string, body: object) =>
  server.fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

describe('the record of a request', () => {
  it.each([true, false])('says what it used and cost, once (stream: %s)', async (stream) => {
    const ledger = memoryLedger();
    const usage = {
      ...usageOf(9, 3),
      usage: {
        prompt_tokens: 9,
        completion_tokens: 3,
        total_tokens: 12,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 2 },
      },
    };
    server = await startTestServer(scriptedEngine([role(), piece('Hi'), finish(), usage]), {
      ledger,
      settings: { prices },
    });

    const response = await server.chat({ ...chat, stream });
    await response.text();

    expect(ledger.records).toEqual([
      {
        id: response.headers.get('x-request-id'),
        at: expect.any(Number),
        keyId: 'config_test',
        team: null,
        model: 'test/model',
        engine: 'scripted',
        endpoint: '/v1/chat/completions',
        status: 200,
        promptTokens: 9,
        cachedTokens: 4,
        completionTokens: 3,
        reasoningTokens: 2,
        costNanos: 5000 + 2000 + 30_000,
        ttftMs: expect.any(Number),
        durationMs: expect.any(Number),
        finishReason: 'stop',
        errorCode: null,
        isMeasured: true,
      },
    ]);
  });

  it('is kept before the end of a stream is told', async () => {
    const { ledger, asked, kept } = slowLedger();
    server = await startTestServer(scriptedEngine(answer('Hi')), { ledger });
    const response = await server.chat({ ...chat, stream: true, stream_options: { include_usage: true } });
    let text = '';
    const reading = (async () => {
      for await (const bytes of response.body ?? []) text += Buffer.from(bytes as Uint8Array).toString();
    })();

    await asked.promise;
    await expect.poll(() => text).toContain('"finish_reason":"stop"');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(text).not.toContain('"usage":{');
    expect(text).not.toContain('[DONE]');

    kept.resolve();
    await reading;
    expect(text).toContain('"usage":{');
    expect(text).toContain('[DONE]');
  });

  it('is kept before a plain answer leaves', async () => {
    const { ledger, asked, kept } = slowLedger();
    server = await startTestServer(scriptedEngine(answer('Hi')), { ledger });
    let hasAnswered = false;
    const response = server.chat(chat).then((got) => {
      hasAnswered = true;
      return got;
    });

    await asked.promise;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(hasAnswered).toBe(false);
    kept.resolve();
    expect((await response).status).toBe(200);
  });

  it('of a client that leaves counts what was read and generated, as an estimate', async () => {
    const ledger = memoryLedger();
    server = await startTestServer(scriptedEngine([role(), piece('one'), piece(' two'), 'stall']), { ledger });
    const leaving = new AbortController();
    const response = await server.chat({ ...chat, stream: true }, { signal: leaving.signal });
    await responseUntil(response, ' two');

    leaving.abort();

    await expect.poll(() => ledger.records.length).toBe(1);
    expect(ledger.records[0]).toMatchObject({
      status: 499,
      errorCode: 'client_closed_request',
      completionTokens: 2,
      isMeasured: false,
    });
    expect(ledger.records[0]?.promptTokens).toBeGreaterThan(0);
  });

  const continued = [userMessage, { role: 'assistant', content: 'word '.repeat(100) }];
  it.each([
    ['as the tokens that it is, about', {}, 250],
    ['as no more than was asked for', { max_tokens: 200 }, 200],
    ['piece by piece where an echo is in it', { messages: continued, continue_final_message: true, echo: true }, 2],
  ])('of a client that leaves counts what came joined %s', async (_, fields, tokens) => {
    const ledger = memoryLedger();
    const joined = 'word '.repeat(100);
    server = await startTestServer(scriptedEngine([role(), thought(joined), piece(joined), 'stall']), { ledger });
    const leaving = new AbortController();
    const response = await server.chat({ ...chat, ...fields, stream: true }, { signal: leaving.signal });
    await responseUntil(response, '"content":"word');

    leaving.abort();

    await expect.poll(() => ledger.records.length).toBe(1);
    expect(ledger.records[0]).toMatchObject({ completionTokens: tokens, isMeasured: false });
  });

  it('of a client that leaves while the prompt is read counts the prompt', async () => {
    const ledger = memoryLedger();
    const engine = scriptedEngine([role(), 'stall']);
    server = await startTestServer(engine, { ledger });
    const leaving = new AbortController();
    const left = server.chat(chat, { signal: leaving.signal }).catch(() => undefined);
    await expect.poll(() => engine.open()).toBe(1);

    leaving.abort();
    await left;

    await expect.poll(() => ledger.records.length).toBe(1);
    expect(ledger.records[0]).toMatchObject({ status: 499, completionTokens: 0, isMeasured: false });
    expect(ledger.records[0]?.promptTokens).toBeGreaterThan(0);
  });

  it('of a client that leaves counts the prompt as often as an engine read it that makes one choice at a time', async () => {
    const ledger = memoryLedger();
    const engine = scriptedEngine([role(), 'stall'], { emulated: ['n'] });
    server = await startTestServer(engine, { ledger });
    for (const n of [1, 3]) {
      const leaving = new AbortController();
      const left = server.chat({ ...chat, n }, { signal: leaving.signal }).catch(() => undefined);
      await expect.poll(() => engine.open()).toBe(1);
      leaving.abort();
      await left;
      await expect.poll(() => engine.open()).toBe(0);
    }

    await expect.poll(() => ledger.records.length).toBe(2);
    const [one, three] = ledger.records.map(({ promptTokens }) => promptTokens);
    expect(one).toBeGreaterThan(0);
    expect(three).toBe(3 * one!);
  });

  it('of a request that its engine refused uses nothing', async () => {
    const ledger = memoryLedger();
    const refusing = scriptedEngine(() => new ManifoldError('context_length_exceeded', 'Too long.'));
    server = await startTestServer(refusing, { ledger });

    await (await server.chat(chat)).text();

    expect(ledger.records).toMatchObject([
      { status: 400, errorCode: 'context_length_exceeded', promptTokens: 0, completionTokens: 0 },
    ]);
  });

  it('of an answer that came at once and is not what was asked for counts it, as an estimate', async () => {
    const ledger = memoryLedger();
    const [choice] = piece('word '.repeat(100)).choices;
    const whole = { ...role(), choices: [{ ...choice!, finish_reason: 'stop' as const }] };
    server = await startTestServer(scriptedEngine([whole, usageOf(7, 100)]), { ledger });

    const response = await server.chat({ ...chat, guided_choice: ['yes', 'no'] });

    expect(await response.json()).toMatchObject({ error: { code: 'engine_error', param: 'guided_choice' } });
    expect(ledger.records).toMatchObject([{ status: 500, completionTokens: 125, isMeasured: false }]);
    expect(ledger.records[0]?.promptTokens).toBeGreaterThan(0);
  });

  it('counts what an attempt used that was lost', async () => {
    const ledger = memoryLedger();
    const lost = new ManifoldError('engine_error', 'Lost.');
    const replicas = [
      { name: 'first', engine: scriptedEngine([role(), { ...usageOf(7, 2), choices: [] }, lost]), tier: 0 },
      { name: 'second', engine: scriptedEngine(answer('a', 'b', 'c')), tier: 1 },
    ];
    const log = { info: () => undefined, warn: () => undefined };
    const set = createReplicaSet(replicas, policyOf(replicaSettings.parse({})), { clock: createSystemClock(), log });
    server = await startTestServer(set, { ledger });

    const response = await server.chat(chat);

    expect(await response.json()).toMatchObject({ usage: { prompt_tokens: 7, completion_tokens: 3 } });
    expect(ledger.records).toMatchObject([{ engine: 'second', promptTokens: 14, completionTokens: 5 }]);
  });

  it('is one for all prompts of a text completion', async () => {
    const ledger = memoryLedger();
    server = await startTestServer(scriptedEngine(answer('a', 'b')), {
      ledger,
      clock: { ...createSystemClock(), now: () => 0 },
      settings: { limits: { perKey: { requestsPerMinute: 10, tokensPerMinute: 10_000 } } },
    });

    const response = await post('/v1/completions', { model: 'test/model', prompt: ['x', 'y', 'z'], max_tokens: 5 });

    expect(response.status).toBe(200);
    expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('9');
    expect(ledger.records).toMatchObject([
      { endpoint: '/v1/completions', promptTokens: 21, completionTokens: 6, status: 200 },
    ]);
    const next = await server.fetch('/v1/models');
    expect(next.headers.get('x-ratelimit-remaining-tokens')).toBe(String(10_000 - 27));
  });

  it('is kept of embeddings', async () => {
    const ledger = memoryLedger();
    const engine: Engine = {
      ...scriptedEngine([]),
      async embed() {
        return (async function* vectors() {
          yield { index: 1, embedding: 'AACAPw==', prompt_tokens: 3 };
          yield { index: 0, embedding: 'AACAPw==', prompt_tokens: 4 };
        })();
      },
    };
    server = await startTestServer(engine, { ledger, settings: { prices } });

    const response = await post('/v1/embeddings', { model: 'test/model', input: ['one', 'two'] });

    expect(await response.json()).toMatchObject({ usage: { prompt_tokens: 7 } });
    expect(ledger.records).toMatchObject([
      {
        endpoint: '/v1/embeddings',
        status: 200,
        promptTokens: 7,
        costNanos: 7000,
        completionTokens: 0,
      },
    ]);
  });

  it('of embeddings that their client leaves counts what was read, and what that cost', async () => {
    const ledger = memoryLedger();
    const read = Promise.withResolvers<void>();
    const engine: Engine = {
      ...scriptedEngine([]),
      async embed(_request, signal) {
        return (async function* vectors() {
          yield { index: 1, embedding: 'AACAPw==', prompt_tokens: 3 };
          read.resolve();
          await once(signal, 'abort');
        })();
      },
    };
    server = await startTestServer(engine, { ledger, settings: { prices } });
    const leaving = new AbortController();
    const body = JSON.stringify({ model: 'test/model', input: ['one', 'two'] });
    const headers = { 'content-type': 'application/json' };
    const left = server
      .fetch('/v1/embeddings', { method: 'POST', headers, body, signal: leaving.signal })
      .catch(() => undefined);
    await read.promise;

    leaving.abort();
    await left;

    await expect.poll(() => server.logLines()).toMatchObject([{ status: 499 }]);
    expect(ledger.records).toMatchObject([
      { status: 499, errorCode: 'client_closed_request', promptTokens: 3, costNanos: 3000, isMeasured: true },
    ]);
  });

  it.each([
    ['that fail, once', 1, 3, 502],
    ['that another engine made anew, in both', 2, 10, 200],
  ])('of embeddings counts what was read of those %s', async (_, count, tokens, status) => {
    const ledger = memoryLedger();
    const failing: Engine = {
      ...scriptedEngine([]),
      async embed() {
        return (async function* vectors() {
          yield { index: 1, embedding: 'AACAPw==', prompt_tokens: 3 };
          throw new ManifoldError('upstream_failed', 'Lost.');
        })();
      },
    };
    const whole: Engine = {
      ...scriptedEngine([]),
      async embed() {
        return (async function* vectors() {
          yield { index: 1, embedding: 'AACAPw==', prompt_tokens: 3 };
          yield { index: 0, embedding: 'AACAPw==', prompt_tokens: 4 };
        })();
      },
    };
    const replicas = [failing, whole].slice(0, count).map((engine, tier) => ({ name: `engine ${tier}`, engine, tier }));
    const log = { info: () => undefined, warn: () => undefined };
    const set = createReplicaSet(replicas, policyOf(replicaSettings.parse({})), { clock: createSystemClock(), log });
    server = await startTestServer(set, { ledger });

    const response = await post('/v1/embeddings', { model: 'test/model', input: ['one', 'two'] });

    expect(response.status).toBe(status);
    expect(ledger.records).toMatchObject([{ status, promptTokens: tokens, completionTokens: 0 }]);
  });

  it('is kept of what was refused once its key was known, and of nothing else', async () => {
    const ledger = memoryLedger();
    server = await startTestServer(scriptedEngine(answer('Hi')), { ledger });

    await (await server.chat({ messages: 'nonsense' })).text();
    await (await server.chat({ ...chat, model: 'unknown' })).text();
    await (await server.chat(chat, { headers: { authorization: 'Bearer wrong' } })).text();
    await (await server.fetch('/v1/models')).text();

    await expect.poll(() => ledger.records.length).toBe(2);
    expect(ledger.records).toMatchObject([
      { status: 400, model: '', errorCode: expect.any(String) },
      { status: 404, model: '', errorCode: 'model_not_found' },
    ]);
  });
});

/** A ledger that is asked to keep a record, and has kept it when the test says so. */
function slowLedger() {
  const kept = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const append = () => {
    asked.resolve();
    return kept.promise;
  };
  return { ledger: { append }, asked, kept };
}
