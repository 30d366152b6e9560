import { describe, expect, it } from 'vitest';
import type { LimitSet } from '../api/limit-set.ts';
import { ManifoldError } from '../errors.ts';
import type { Amounts, LimitSubject } from './limiter.ts';
import { createMemoryLimiter } from './memory-limiter.ts';

const noon = Date.parse('2026-03-01T12:00:00Z');

function limiterAt() {
  const time = { now: 0 };
  const limiter = createMemoryLimiter({ now: () => time.now, today: () => noon + time.now });
  return { time, limiter };
}

const key = (limits: LimitSet, id = 'k'): LimitSubject => ({ kind: 'key', id, limits });
const team = (limits: LimitSet): LimitSubject => ({ kind: 'team', id: 't', limits });
const global = (limits: LimitSet): LimitSubject => ({ kind: 'global', id: 'global', limits });
const tokens = (inputTokens: number, outputTokens = 0, costNanos = 0): Amounts => ({
  inputTokens,
  outputTokens,
  costNanos,
});

async function refused(promise: Promise<unknown>): Promise<ManifoldError> {
  const failure = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof ManifoldError)) throw new Error('It was not refused.');
  return failure;
}

describe('a reservation', () => {
  it('that one limit refuses takes nothing from the others', async () => {
    const { limiter } = limiterAt();
    const subjects = [key({ requestsPerMinute: 5, tokensPerMinute: 1000, concurrency: 9 }), team({ tokensPerDay: 10 })];

    expect(await refused(limiter.reserve(subjects, tokens(11)))).toMatchObject({ code: 'request_over_limit' });
    await limiter.reserve(subjects, tokens(10));
    expect(await refused(limiter.reserve(subjects, tokens(1)))).toMatchObject({ code: 'rate_limit_exceeded' });

    const remaining = Object.fromEntries(
      (await limiter.look(subjects)).map(({ dimension, remaining: left }) => [dimension, left]),
    );
    expect(remaining).toEqual({ requestsPerMinute: 4, tokensPerMinute: 990, concurrency: 8, tokensPerDay: 0 });
  });

  it('that is refused may come back exactly when it is told', async () => {
    const { limiter, time } = limiterAt();
    const subjects = [key({ requestsPerMinute: 3, burst: 1 })];
    for (let taken = 0; taken < 3; taken++) await limiter.reserve(subjects, tokens(0));

    const { code, retryAfterSeconds } = await refused(limiter.reserve(subjects, tokens(0)));

    expect({ code, retryAfterSeconds }).toEqual({ code: 'rate_limit_exceeded', retryAfterSeconds: 20 });
    time.now += 19_999;
    await refused(limiter.reserve(subjects, tokens(0)));
    time.now += 1;
    await expect(limiter.reserve(subjects, tokens(0))).resolves.toBeDefined();
  });

  it('waits for the slowest of all that is in its way', async () => {
    const { limiter, time } = limiterAt();
    const subjects = [key({ requestsPerMinute: 1 }), global({ inputTokensPerMinute: 60 })];
    (await limiter.reserve(subjects, tokens(60))).settle(tokens(60));

    const { retryAfterSeconds, message } = await refused(limiter.reserve(subjects, tokens(10)));
    expect(retryAfterSeconds).toBe(60);
    expect(message).toContain('1 requests per minute');
    time.now += 60_000;
    await limiter.reserve(subjects, tokens(10));
  });

  it('settles once: refunds are not given twice', async () => {
    const { limiter } = limiterAt();
    const subjects = [key({ tokensPerMinute: 100, concurrency: 2 })];
    const first = await limiter.reserve(subjects, tokens(50, 50));

    first.settle(tokens(10, 5));
    first.settle(tokens(0));
    first.reduce(tokens(0));

    const [perMinute, concurrency] = await limiter.look(subjects);
    expect(perMinute?.remaining).toBe(85);
    expect(concurrency?.remaining).toBe(2);
  });

  it('can be lowered and never raised', async () => {
    const { limiter } = limiterAt();
    const subjects = [key({ inputTokensPerMinute: 100, outputTokensPerMinute: 100 })];
    const held = await limiter.reserve(subjects, tokens(80, 60));
    const remaining = async () => (await limiter.look(subjects)).map((state) => state.remaining);

    held.reduce(tokens(20, 100));
    expect(await remaining()).toEqual([80, 40]);
    held.reduce(tokens(70, 60));
    expect(await remaining()).toEqual([80, 40]);
  });

  it('gives a concurrent request its place back, whatever it used', async () => {
    const { limiter } = limiterAt();
    const subjects = [key({ concurrency: 1 })];
    const running = await limiter.reserve(subjects, tokens(5, 5));
    expect(await refused(limiter.reserve(subjects, tokens(5)))).toMatchObject({
      code: 'rate_limit_exceeded',
      retryAfterSeconds: 1,
    });

    running.settle(tokens(500, 500));

    await expect(limiter.reserve(subjects, tokens(5))).resolves.toBeDefined();
  });

  it('of money is refused when the budget is spent, until the day is over', async () => {
    const { limiter, time } = limiterAt();
    const subjects = [key({ costPerDay: 0.000_001 })];
    (await limiter.reserve(subjects, tokens(1, 1, 1000))).settle(tokens(1, 1, 990));

    const failure = await refused(limiter.reserve(subjects, tokens(1, 1, 11)));
    expect(failure).toMatchObject({ code: 'insufficient_quota', status: 429, retryAfterSeconds: 43_200 });
    expect(failure.message).toContain('0.000001 US dollars per day');
    await limiter.reserve(subjects, tokens(1, 1, 10));
    time.now += 43_200_000;
    await limiter.reserve(subjects, tokens(1, 1, 1000));
  });

  it('that can never fit is a 400 that says what to lower', async () => {
    const { limiter } = limiterAt();
    const subjects = [key({ tokensPerMinute: 1000 })];

    expect(await refused(limiter.reserve(subjects, tokens(200, 4096)))).toMatchObject({
      code: 'request_over_limit',
      status: 400,
      param: 'max_tokens',
      retryAfterSeconds: undefined,
    });
    expect(await refused(limiter.reserve(subjects, tokens(2000, 10)))).toMatchObject({ param: undefined });
  });

  it('tells a rate as it was set, whatever of it may be saved up', async () => {
    for (const burst of [0.5, 2]) {
      const { limiter } = limiterAt();
      const subjects = [key({ tokensPerMinute: 1000, burst })];
      (await limiter.reserve(subjects, tokens(500))).settle(tokens(500));

      const later = await refused(limiter.reserve(subjects, tokens(burst * 1000)));
      const never = await refused(limiter.reserve(subjects, tokens(3000)));

      expect(later.message).toMatch(/^Your key allows 1000 tokens per minute, and too little is left/);
      expect(never.message).toContain(`never allows more than ${burst * 1000} at once (1000 tokens per minute)`);
    }
  });

  it('of something of which nothing is allowed says so', async () => {
    const { limiter } = limiterAt();

    const failure = await refused(limiter.reserve([key({ requestsPerMinute: 0 })], tokens(1)));

    expect(failure).toMatchObject({ code: 'insufficient_quota', retryAfterSeconds: 86_400 });
    expect(failure.message).toBe('Your key allows no requests per minute.');
  });

  it('that needs nothing of a spent limit is not held to it', async () => {
    const { limiter } = limiterAt();
    const subjects = [key({ tokensPerDay: 10 })];
    (await limiter.reserve(subjects, tokens(10))).settle(tokens(12));

    await expect(limiter.reserve(subjects, tokens(0))).resolves.toBeDefined();
  });
});

describe('a limiter', () => {
  it('keeps subjects of one name and different kinds apart', async () => {
    const { limiter } = limiterAt();
    const limits = { requestsPerMinute: 1 };
    await limiter.reserve([{ kind: 'key', id: 'x', limits }], tokens(0));

    await expect(limiter.reserve([{ kind: 'team', id: 'x', limits }], tokens(0))).resolves.toBeDefined();
    await expect(limiter.reserve([{ kind: 'key', id: 'x', limits }], tokens(0))).rejects.toThrow('Your key');
  });

  it('begins a budget that is set later with what was used', async () => {
    const { limiter } = limiterAt();
    (await limiter.reserve([key({})], tokens(30, 20))).settle(tokens(30, 10));

    const [state] = await limiter.look([key({ tokensPerDay: 100 })]);

    expect(state).toMatchObject({ remaining: 60, limit: 100 });
  });

  it('counts what was used before it began, for the day and the month it was in', async () => {
    const { limiter } = limiterAt();
    const limits = { tokensPerDay: 100, tokensPerMonth: 1000, costPerMonth: 1 };
    limiter.restore(key(limits), { period: 'day', at: noon, tokens: 40, costNanos: 0 });
    limiter.restore(key(limits), { period: 'month', at: noon, tokens: 400, costNanos: 250_000_000 });
    limiter.restore(key(limits), { period: 'day', at: noon - 86_400_000, tokens: 999, costNanos: 0 });

    expect((await limiter.look([key(limits)])).map(({ remaining }) => remaining)).toEqual([60, 600, 0.75]);
  });

  it('forgets subjects of which nothing is left to know, and no others', async () => {
    const { limiter, time } = limiterAt();
    const limits = { requestsPerMinute: 1 };
    await limiter.reserve([key(limits, 'busy')], tokens(0));
    const spent = await limiter.reserve([key({ tokensPerDay: 10 }, 'spent')], tokens(10));
    spent.settle(tokens(10));
    for (let other = 0; other < 100; other++) {
      const reservation = await limiter.reserve([key({}, `other-${other}`)], tokens(0));
      reservation.settle(tokens(0));
    }

    await expect(limiter.reserve([key(limits, 'busy')], tokens(0))).rejects.toThrow('requests per minute');
    await expect(limiter.reserve([key({ tokensPerDay: 10 }, 'spent')], tokens(1))).rejects.toThrow('tokens per day');
    time.now += 60_000;
    await expect(limiter.reserve([key(limits, 'busy')], tokens(0))).resolves.toBeDefined();
  });

  it('admits no more than there is when all ask at the same time', async () => {
    const { limiter } = limiterAt();
    const subjects = [key({ requestsPerMinute: 1000 }), global({ tokensPerMinute: 730 })];

    const outcomes = await Promise.allSettled(
      Array.from({ length: 1000 }, () => limiter.reserve(subjects, tokens(5, 5))),
    );

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(73);
  });
});
