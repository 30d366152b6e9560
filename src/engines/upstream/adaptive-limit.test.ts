import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAdaptiveLimit, type Release } from './adaptive-limit.ts';

const never = new AbortController().signal;

afterEach(() => void vi.useRealTimers());

describe('a limit that is found out', () => {
  it('lets so many run, and the others wait in their order', async () => {
    const limit = createAdaptiveLimit();
    const first = await Promise.all([1, 2, 3, 4].map(() => limit.acquire(never)));
    const entered: number[] = [];
    const waiting = [5, 6].map(async (name) => {
      await limit.acquire(never);
      entered.push(name);
    });

    expect([limit.running, limit.isFull]).toEqual([4, true]);
    first[0]?.('failed');
    await waiting[0];
    expect(entered).toEqual([5]);
    first[1]?.('failed');
    await waiting[1];
    expect(entered).toEqual([5, 6]);
  });

  it('rises by about one for as many answers as it lets run', async () => {
    const limit = createAdaptiveLimit();
    for (let round = 0; round < 5; round++) (await limit.acquire(never))('answered');

    expect(limit.limit).toBe(5);
  });

  it('halves at a refusal, once for those that come together, and never below one', async () => {
    let now = 0;
    const limit = createAdaptiveLimit({ now: () => now });
    const releases = await Promise.all([1, 2, 3, 4].map(() => limit.acquire(never)));
    for (const release of releases) release('refused');
    expect(limit.limit).toBe(2);

    for (let round = 0; round < 4; round++) {
      now += 2000;
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      (await limit.acquire(never))('refused');
    }
    expect(limit.limit).toBe(1);
  });

  it('waits for the end of a pause only while somebody does', async () => {
    vi.useFakeTimers();
    const limit = createAdaptiveLimit();
    (await limit.acquire(never))('refused', 5000);
    const leaving = new AbortController();
    const left = limit.acquire(leaving.signal);
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    expect(vi.getTimerCount()).toBe(0);
    const entered = limit.acquire(never);
    await vi.advanceTimersByTimeAsync(5000);

    expect(await entered).toBeTypeOf('function');
  });

  it('pauses as long as the server asks for', async () => {
    const limit = createAdaptiveLimit();
    const startedAt = performance.now();
    (await limit.acquire(never))('refused', 50);
    expect(limit.isFull).toBe(true);
    await limit.acquire(never);

    expect(performance.now() - startedAt).toBeGreaterThan(45);
    expect(limit.isFull).toBe(false);
  });

  it('forgets who stopped waiting, and gives a place back once', async () => {
    const limit = createAdaptiveLimit();
    const held = await Promise.all([1, 2, 3, 4].map(() => limit.acquire(never)));
    const leaving = new AbortController();
    const left = limit.acquire(leaving.signal);
    leaving.abort(new Error('gone'));

    await expect(left).rejects.toThrow('gone');
    held[0]?.('answered');
    held[0]?.('answered');
    expect(limit.running).toBe(3);
  });

  it('lets nobody wait for a long pause, and says how long it is', async () => {
    let now = 0;
    const limit = createAdaptiveLimit({ now: () => now });
    const held = await Promise.all([1, 2, 3, 4].map(() => limit.acquire(never)));
    const waiting = limit.acquire(never);
    held[0]?.('refused', 3_600_000);
    const refusal = { code: 'rate_limit_exceeded', retryAfterSeconds: 300 };

    await expect(waiting).rejects.toMatchObject(refusal);
    await expect(limit.acquire(never)).rejects.toMatchObject(refusal);
    expect(limit.running).toBe(3);
    for (const release of held) release('answered');
    // Hours are not waited for: after five minutes it is asked again.
    now = 300_000;
    await limit.acquire(never);
    expect(limit.running).toBe(1);
  });

  it('settles near a hidden limit: few requests are refused', async () => {
    let now = 0;
    const limit = createAdaptiveLimit({ now: () => now });
    const hidden = 10;
    let [running, refused, asked] = [0, 0, 0];
    // Each tick some end and as many begin as may; the server refuses above its hidden limit.
    let inFlight: { release: Release; endsAt: number }[] = [];
    for (; now < 120_000; now += 100) {
      for (const each of inFlight.filter(({ endsAt }) => endsAt <= now)) {
        running--;
        each.release('answered');
      }
      inFlight = inFlight.filter(({ endsAt }) => endsAt > now);
      while (limit.running < limit.limit) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const release = await limit.acquire(never);
        const isSettled = now > 60_000;
        if (isSettled) asked++;
        if (running >= hidden) {
          if (isSettled) refused++;
          release('refused');
          break;
        }
        running++;
        inFlight.push({ release, endsAt: now + 1000 });
      }
    }

    expect(asked).toBeGreaterThan(300);
    expect(refused / asked).toBeLessThan(0.03);
  });

  it('lets nobody wait for longer than patience lasts, and blames no engine for it', async () => {
    const limit = createAdaptiveLimit({ longestWaitMs: 20 });
    const held = await Promise.all([1, 2, 3, 4].map(() => limit.acquire(never)));

    await expect(limit.acquire(never)).rejects.toMatchObject({ code: 'engine_overloaded', retryAfterSeconds: 5 });

    held[0]?.('answered');
    expect(limit.running).toBe(3);
    (await limit.acquire(never))('answered');
  });
});
