import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EngineRequest } from '../../src/api/internal/engine-request.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { createSystemClock } from '../../src/lib/clock.ts';
import { memoryLedger, sumOf } from '../support/memory-ledger.ts';
import { responseUntil } from '../support/response-until.ts';
import {
  finish,
  piece,
  role,
  scriptedEngine,
  usageOf,
  type ScriptedEngine,
  type Step,
} from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

/** Time that stands still: nothing comes back while a test counts. */
const still = { ...createSystemClock(), now: () => 0 };
const many = 1000;
const anyNumber = { 'test/model': { maxConcurrency: 100_000 } };
const leftHalfWay = 'to be left half-way';

let server: TestServer;
afterEach(async () => {
  await server.stop();
  vi.useRealTimers();
});

/** Answers of 1 to 20 tokens, some of them slow; one that is to be left half-way goes on until it is. */
function answers(attempt: number, { messages }: EngineRequest): Step[] {
  if (messages.some(({ content }) => content === leftHalfWay)) return [role(), piece('0 '), 'stall'];
  const count = 1 + (attempt % 20);
  const pieces = Array.from({ length: count }, (_, at) => piece(`${at} `));
  const pauses: Step[] = attempt % 3 === 0 ? [{ pauseMs: 20 }] : [];
  return [role(), ...pieces.slice(0, 1), ...pauses, ...pieces.slice(1), finish(), usageOf(7, count)];
}

/** The same engine, and how many of its streams were ever open at the same time. */
function watched(inner: ReturnType<typeof scriptedEngine>): Engine & { most(): number } {
  let most = 0;
  return {
    ...inner,
    most: () => most,
    async chat(request, signal, caller) {
      const stream = await inner.chat(request, signal, caller);
      return (async function* counted() {
        for await (const chunk of stream) {
          most = Math.max(most, inner.open());
          yield chunk;
        }
      })();
    },
  };
}

/**
 * Asks many times at once. Every fourth client leaves, half of them in the middle of an answer and the others wherever
 * that finds them. The status of each, 499 for those that left.
 */
async function askAll(count: number, body: object, { areLeaving = true } = {}): Promise<number[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const leaving = new AbortController();
      const isLeftHalfWay = areLeaving && at % 8 === 0;
      if (areLeaving && at % 8 === 4) setTimeout(() => leaving.abort(), 5 + (at % 40));
      const messages = [isLeftHalfWay ? { role: 'user', content: leftHalfWay } : userMessage];
      try {
        const response = await server.chat(
          { model: 'test/model', messages, stream: at % 2 === 0, ...body },
          { signal: leaving.signal },
        );
        if (isLeftHalfWay && response.ok) {
          await responseUntil(response, '0 ');
          leaving.abort();
          return 499;
        }
        await response.text();
        return response.status;
      } catch {
        return 499;
      }
    }),
  );
}

/** Requests that were let in and have not been settled yet. */
async function areBegun(): Promise<number> {
  return (await server.metric('manifold_requests_waiting')) + (await server.metric('manifold_requests_running'));
}

/** Refunds of the first make room for others, until not even one fits. */
async function useUp(engine: ScriptedEngine): Promise<void> {
  let admitted = -1;
  for (let count = many; engine.requests.length > admitted; count = 50) {
    admitted = engine.requests.length;
    // oxlint-disable-next-line no-await-in-loop -- one wave after the other
    await askAll(count, { max_tokens: 20 });
    // oxlint-disable-next-line no-await-in-loop
    await expect.poll(areBegun).toBe(0);
  }
}

const withStatus = (statuses: readonly number[], status: number) => statuses.filter((each) => each === status).length;

describe('1,000 requests at the same time', { timeout: 180_000 }, () => {
  it('get exactly the 100 requests that a minute has', async () => {
    const engine = scriptedEngine(answers);
    server = await startTestServer(engine, {
      clock: still,
      settings: { limits: { perKey: { requestsPerMinute: 100 }, models: anyNumber } },
    });

    const statuses = await askAll(many, {}, { areLeaving: false });

    expect(engine.requests).toHaveLength(100);
    // A machine that is very busy may lose a connection of so many at once.
    const lost = withStatus(statuses, 499);
    expect(lost).toBeLessThan(100);
    expect(withStatus(statuses, 200)).toBeLessThanOrEqual(100);
    expect(withStatus(statuses, 200) + withStatus(statuses, 429) + lost).toBe(many);
  });

  it('never use more tokens than a minute has, with clients that leave between', async () => {
    const ledger = memoryLedger();
    const engine = scriptedEngine(answers);
    const most = 20_000;
    server = await startTestServer(engine, {
      clock: still,
      ledger,
      settings: { limits: { global: { tokensPerMinute: most }, models: anyNumber } },
    });

    await useUp(engine);

    const used = sumOf(ledger.records, ({ promptTokens, completionTokens }) => promptTokens + completionTokens);
    expect(used).toBeLessThanOrEqual(most);
    // What is left is less than one request may take.
    expect(used).toBeGreaterThan(most - 1000);
    expect(ledger.records.some(({ status }) => status === 499)).toBe(true);
  });

  it('never run more at once than allowed, and every place comes back', async () => {
    const inner = scriptedEngine((attempt, request) => [role(), { pauseMs: 100 }, ...answers(attempt, request)]);
    const engine = watched(inner);
    server = await startTestServer(engine, {
      settings: { limits: { perKey: { concurrency: 7 }, models: anyNumber } },
    });

    const statuses = await askAll(many, {});

    expect(engine.most()).toBeLessThanOrEqual(7);
    expect(withStatus(statuses, 200)).toBeGreaterThanOrEqual(7);
    expect(withStatus(statuses, 429)).toBeGreaterThan(0);
    // One that was left may be seen to be only now, and has a place until then.
    const again = async () => {
      const answered = Array.from({ length: 7 }, () => server.chat({ model: 'test/model', messages: [userMessage] }));
      return (await Promise.all(answered)).map(({ status }) => status);
    };
    await expect.poll(again).toEqual(Array.from({ length: 7 }, () => 200));
  });

  it('never cost more than a day may, and spend what there is', async () => {
    const ledger = memoryLedger();
    const engine = scriptedEngine(answers);
    const budget = 0.02;
    // Another day would have a budget of its own.
    vi.useFakeTimers({ toFake: ['Date'] });
    server = await startTestServer(engine, {
      ledger,
      settings: {
        limits: { perKey: { costPerDay: budget }, models: anyNumber },
        prices: { 'test/*': { input: 1, output: 10 } },
      },
    });

    await useUp(engine);

    const spent = sumOf(ledger.records, ({ costNanos }) => costNanos) / 1e9;
    expect(spent).toBeLessThanOrEqual(budget);
    expect(spent).toBeGreaterThan(budget * 0.95);
    const refused = await server.chat({ model: 'test/model', messages: [userMessage], max_tokens: 20 });
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ error: { code: 'insufficient_quota' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('leave one record each, whatever became of them', async () => {
    const ledger = memoryLedger();
    server = await startTestServer(scriptedEngine(answers), {
      clock: still,
      ledger,
      settings: { limits: { perKey: { requestsPerMinute: 250 }, models: anyNumber } },
    });

    const statuses = await askAll(400, {});

    // A client that left may have been refused before, or never have been seen.
    const recorded = (status: number) => ledger.records.filter((record) => record.status === status);
    for (const status of [200, 429])
      await expect.poll(() => recorded(status).length).toBeGreaterThanOrEqual(withStatus(statuses, status));
    expect(new Set(ledger.records.map(({ id }) => id)).size).toBe(ledger.records.length);
    const refused = recorded(429);
    expect(refused.every(({ promptTokens, completionTokens }) => promptTokens + completionTokens === 0)).toBe(true);
  });
});
