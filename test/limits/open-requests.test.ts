import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManifoldError } from '../../src/errors.ts';
import type { Engine } from '../../src/engines/engine.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { OpenRequest, UsedSoFar } from '../../src/ledger/open-request.ts';
import { memoryLedger } from '../support/memory-ledger.ts';
import { answer, piece, role, scriptedEngine } from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';
import { openTestLedger, usageRecord } from '../support/usage.ts';

let directory: string;
let server: TestServer;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'manifold-open-'));
});
afterEach(async () => {
  await server.stop();
  vi.useRealTimers();
  rmSync(directory, { recursive: true, force: true });
});

const chat = { model: 'test/model', messages: [userMessage], max_tokens: 1000 };
const post = (path: string, body: object) =>
  server.fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** A ledger that remembers what is put down while requests run. */
function watchedLedger(open?: Ledger['open']) {
  const kept = memoryLedger();
  const opened: OpenRequest[] = [];
  const noted: UsedSoFar[] = [];
  return {
    ...kept,
    opened,
    noted,
    open: open ?? ((request: OpenRequest) => void opened.push(request)),
    checkpoint: (used: UsedSoFar) => void noted.push(used),
  };
}

describe('a request that is admitted', () => {
  it('is put down before the engine is asked, with the most that it can use, and recorded under the same id', async () => {
    const ledger = watchedLedger();
    const engine = scriptedEngine(() => {
      expect(ledger.opened).toHaveLength(1);
      return answer('Hi');
    });
    server = await startTestServer(engine, { ledger, settings: { prices: { 'test/*': { input: 1, output: 10 } } } });

    await (await server.chat(chat)).text();

    expect(ledger.opened).toMatchObject([
      { keyId: 'config_test', model: 'test/model', endpoint: '/v1/chat/completions' },
    ]);
    const { id, most } = ledger.opened[0]!;
    expect(most.completionTokens).toBe(1000);
    expect(most.promptTokens).toBeGreaterThan(10);
    expect(most.costNanos).toBe(most.promptTokens * 1000 + 1000 * 10_000);
    expect(ledger.records.map((record) => record.id)).toEqual([id]);
  });

  it('is not put down while it waits for its turn: it has used nothing', async () => {
    const ledger = watchedLedger();
    const engine: Engine = {
      ...scriptedEngine((attempt) => (attempt === 1 ? [role(), piece('a'), 'stall'] : answer('Hi'))),
      async embed() {
        return (async function* vectors() {
          yield { index: 0, embedding: 'AACAPw==', prompt_tokens: 3 };
        })();
      },
    };
    server = await startTestServer(engine, {
      ledger,
      settings: { limits: { models: { 'test/model': { maxConcurrency: 1 } } } },
    });
    const leaving = new AbortController();
    const running = await server.chat({ ...chat, stream: true }, { signal: leaving.signal });
    await running.body?.getReader().read();
    const model = 'test/model';
    const waiting = [
      server.chat(chat),
      post('/v1/completions', { model, prompt: ['x', 'y'], max_tokens: 5 }),
      post('/v1/embeddings', { model, input: 'x' }),
    ];
    await expect.poll(() => server.metric('manifold_requests_waiting')).toBe(4);
    expect(ledger.opened).toHaveLength(1);

    leaving.abort();

    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(ledger.opened.map(({ endpoint }) => endpoint).toSorted()).toEqual([
      '/v1/chat/completions',
      '/v1/chat/completions',
      '/v1/completions',
      '/v1/embeddings',
    ]);
  });

  it('is put down again after every 64 pieces', async () => {
    const ledger = watchedLedger();
    const pieces = Array.from({ length: 200 }, () => piece('x'));
    server = await startTestServer(scriptedEngine([role(), ...pieces, ...answer('').slice(1)]), { ledger });

    await (await server.chat({ ...chat, stream: true })).text();

    expect(ledger.noted.map(({ completionTokens }) => completionTokens)).toEqual([64, 128, 192]);
    expect(new Set(ledger.noted.map(({ id }) => id))).toEqual(new Set([ledger.opened[0]!.id]));
  });

  it('is put down with what was used for an attempt that was lost', async () => {
    const ledger = watchedLedger();
    const scripted = scriptedEngine(answer('Hi'));
    const engine: Engine = {
      ...scripted,
      chat(request, signal, caller) {
        caller?.onLostAttempt?.({ promptTokens: 7, completionTokens: 3 });
        caller?.onPromptTokens?.(8);
        return scripted.chat(request, signal, caller);
      },
    };
    server = await startTestServer(engine, {
      ledger,
      settings: { prices: { 'test/*': { input: 1, output: 10 } } },
    });

    await (await server.chat(chat)).text();

    expect(ledger.noted).toMatchObject([{ promptTokens: 15, completionTokens: 3, costNanos: 45_000 }]);
  });

  it('is refused with 503 and costs nothing when its use could not be kept', async () => {
    const engine = scriptedEngine(answer('Hi'));
    let isFull = true;
    const ledger = watchedLedger(() => {
      if (isFull) throw new ManifoldError('storage_unavailable', 'No.', { retryAfterSeconds: 5 });
    });
    server = await startTestServer(engine, {
      ledger,
      settings: { limits: { global: { concurrency: 1, tokensPerDay: 2000 } } },
    });

    const refused = await server.chat(chat);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toMatchObject({ error: { code: 'storage_unavailable' } });
    expect(engine.requests).toEqual([]);
    // One that uses no tokens is kept as well.
    expect((await post('/tokenize', { model: 'test/model', prompt: 'Hi' })).status).toBe(503);
    isFull = false;

    expect((await server.chat(chat)).status).toBe(200);
  });
});

describe('a budget', () => {
  it('begins with what the ledger knows of the day, whoever used it', async () => {
    // Another day would have a budget of its own.
    vi.useFakeTimers({ toFake: ['Date'] });
    const { ledger, store } = await openTestLedger(directory);
    void ledger.append(usageRecord({ at: Date.now(), keyId: 'config_test', promptTokens: 700, completionTokens: 300 }));
    // Of a wall clock that was ahead.
    const at = Date.now() + 40 * 86_400_000;
    void ledger.append(usageRecord({ id: 'ahead', at, keyId: 'config_test', promptTokens: 500, completionTokens: 0 }));
    server = await startTestServer(scriptedEngine(answer('Hi')), {
      ledger,
      settings: { limits: { perKey: { tokensPerDay: 1500 } } },
    });

    const refused = await server.chat({ ...chat, max_tokens: 600 });
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ error: { code: 'insufficient_quota' } });
    expect((await server.chat({ ...chat, max_tokens: 100 })).status).toBe(200);

    await ledger.close();
    await store.close();
  });
});
