import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engines/engine.ts';
import { createSystemClock } from '../../src/lib/clock.ts';
import { memoryLedger, sumOf } from '../support/memory-ledger.ts';
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

let server: TestServer;
afterEach(() => server.stop());

/** Answers of 1 to 20 tokens; every third one is slow enough to be left half-way. */
function answers(attempt: number): Step[] {
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

/** Asks many times at once; every fourth client leaves soon after. The status of each, 499 for those that left. */
async function askAll(count: number, body: object, { areLeaving = true } = {}): Promise<number[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const leaving = new AbortController();
      if (areLeaving && at % 4 === 0) setTimeout(() => leaving.abort(), 5 + (at % 40));
      try {
        const response = await server.chat(
          { model: 'test/model', messages: [userMessage], stream: at % 2 === 0, ...body },
          { signal: leaving.signal },
        );
        await response.text();
        return response.status;
      } catch {
        return 499;
      }
    }),
  );
}

/** Refunds of the first make room for others, until not even one fits. */
async function useUp(engine: ScriptedEngine): Promise<void> {
  let admitted = -1;
  for (let count = many; engine.requests.length > admitted; count = 50) {
    admitted = engine.requests.length;
    // oxlint-disable-next-line no-await-in-loop -- one wave after the other
    await askAll(count, { max_tokens: 20 });
    // oxlint-disable-next-line no-await-in-loop
    await expect.poll(() => engine.open()).toBe(0);
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
    const inner = scriptedEngine((attempt) => [role(), { pauseMs: 100 }, ...answers(attempt)]);
    const engine = watched(inner);
    server = await startTestServer(engine, {
      settings: { limits: { perKey: { concurrency: 7 }, models: anyNumber } },
    });

    const statuses = await askAll(many, {});

    expect(engine.most()).toBeLessThanOrEqual(7);
    expect(withStatus(statuses, 200)).toBeGreaterThanOrEqual(7);
    expect(withStatus(statuses, 429)).toBeGreaterThan(0);
    await expect.poll(() => inner.open()).toBe(0);
    const again = await Promise.all(
      Array.from({ length: 7 }, () => server.chat({ model: 'test/model', messages: [userMessage] })),
    );
    expect(again.map(({ status }) => status)).toEqual(Array.from({ length: 7 }, () => 200));
  });

  it('never cost more than a day may, and spend what there is', async () => {
    const ledger = memoryLedger();
    const engine = scriptedEngine(answers);
    const budget = 0.02;
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

    await expect.poll(() => ledger.records.length).toBeGreaterThanOrEqual(statuses.length - withStatus(statuses, 499));
    expect(new Set(ledger.records.map(({ id }) => id)).size).toBe(ledger.records.length);
    // A client that left may have been refused before, or never have been seen.
    const refused = ledger.records.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(withStatus(statuses, 429));
    expect(refused.every(({ promptTokens, completionTokens }) => promptTokens + completionTokens === 0)).toBe(true);
  });
});
