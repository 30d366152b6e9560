import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../test/support/fake-clock.ts';
import { createFairQueue, type Wanting } from './fair-queue.ts';

const never = new AbortController().signal;

function queueOf(places: number | null, { mostWaiting = 1000, waitMs = 60_000 } = {}) {
  const clock = fakeClock();
  const available = { places };
  const queue = createFairQueue({ clock, places: () => available.places, mostWaiting, waitMs });
  const order: string[] = [];
  /** Asks, runs for `ms` once it is its turn, and leaves. */
  const ask = async (key: string, ms: number, wanting: Partial<Wanting> = {}, signal = never) => {
    const leave = await queue.enter({ key, weight: 1, priority: 0, places: 1, ...wanting }, signal);
    order.push(key);
    clock.after(ms, leave);
  };
  return { clock, queue, order, available, ask };
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('a line before a busy model', () => {
  it('lets all in while there are places, and nobody waits where nobody knows how many there are', async () => {
    const known = queueOf(3);
    const unknown = queueOf(null);
    for (const { ask } of [known, unknown]) for (let at = 0; at < 5; at++) void ask('a', 100);
    await settled();

    expect(known.order).toHaveLength(3);
    expect(unknown.order).toHaveLength(5);
    await known.clock.advance(100);
    await settled();
    expect(known.order).toHaveLength(5);
  });

  it('lets in those that wait when it is told that there may be more places', async () => {
    const { queue, order, available, ask } = queueOf(1);
    for (let at = 0; at < 4; at++) void ask('a', 100);
    available.places = 3;
    queue.look();
    await settled();

    expect(order).toHaveLength(3);
  });

  it('gives the next place to the key that has had least', async () => {
    const { clock, order, ask } = queueOf(1);
    for (let at = 0; at < 5; at++) void ask('flood', 100);
    await settled();
    await clock.advance(50);
    void ask('other', 100);
    void ask('other', 100);

    await clock.advance(1000);

    expect(order.slice(0, 4)).toEqual(['flood', 'other', 'flood', 'other']);
  });

  it('shares time, not requests: whose requests are long has fewer of them', async () => {
    const { clock, order, ask } = queueOf(1);
    for (let at = 0; at < 40; at++) {
      void ask('long', 300);
      void ask('short', 100);
    }

    await clock.advance(6000);

    const counts = { long: order.filter((key) => key === 'long').length, short: 0 };
    counts.short = order.length - counts.long;
    expect(counts.short / counts.long).toBeGreaterThan(2.5);
    expect(counts.short / counts.long).toBeLessThan(3.5);
  });

  it('gives twice the weight twice the share', async () => {
    const { clock, order, ask } = queueOf(1);
    for (let at = 0; at < 60; at++) {
      void ask('heavy', 100, { weight: 2 });
      void ask('light', 100);
    }

    await clock.advance(6000);

    const heavy = order.filter((key) => key === 'heavy').length;
    expect(heavy / (order.length - heavy)).toBeCloseTo(2, 0);
  });

  it('saves up nothing for a key that was away', async () => {
    const { clock, order, ask } = queueOf(1);
    void ask('away', 10);
    for (let at = 0; at < 30; at++) void ask('there', 100);
    await clock.advance(2000);
    for (let at = 0; at < 10; at++) void ask('away', 100);
    const before = order.length;

    await clock.advance(1000);

    const since = order.slice(before);
    expect(since.filter((key) => key === 'away').length).toBeLessThanOrEqual(since.length / 2 + 1);
  });

  it('serves a lower priority number first, whoever asks', async () => {
    const { clock, order, ask } = queueOf(1);
    void ask('first', 100);
    await settled();
    void ask('a', 100, { priority: 5 });
    void ask('b', 100, { priority: 1 });
    void ask('a', 100, { priority: 0 });

    await clock.advance(1000);

    expect(order).toEqual(['first', 'a', 'b', 'a']);
  });

  it('keeps the last place free for a key that has none, once several are about', async () => {
    const { clock, order, ask } = queueOf(4);
    void ask('other', 10);
    await settled();
    await clock.advance(20);
    for (let at = 0; at < 10; at++) void ask('flood', 1000);
    await settled();
    expect(order).toEqual(['other', 'flood', 'flood', 'flood']);

    void ask('other', 10);
    await settled();

    expect(order.at(-1)).toBe('other');
  });

  it('gives a key that is alone all places', async () => {
    const { order, ask } = queueOf(4);
    for (let at = 0; at < 10; at++) void ask('only', 1000);
    await settled();

    expect(order).toHaveLength(4);
  });

  it('lets nobody else of many places past a request that needs several', async () => {
    const { clock, order, ask } = queueOf(4);
    void ask('b', 100);
    for (let at = 0; at < 6; at++) void ask('a', 100 + 30 * at);
    await settled();
    void ask('b', 100, { places: 3 });
    for (let at = 0; at < 50; at++) void ask('a', 100 + at);

    await clock.advance(1500);

    expect(order.slice(1).indexOf('b')).toBeGreaterThan(0);
    expect(order.slice(1).indexOf('b')).toBeLessThan(20);
  });

  it('takes a request for more places than there are', async () => {
    const { order, ask } = queueOf(2);
    await ask('a', 100, { places: 32 });

    expect(order).toEqual(['a']);
  });

  it('refuses a request that waited too long, and says when to come back', async () => {
    const { clock, ask } = queueOf(1, { waitMs: 500 });
    void ask('a', 10_000);
    await settled();
    const waiting = ask('a', 1);
    const outcome = waiting.catch((failure: unknown) => failure);

    await clock.advance(500);

    expect(await outcome).toMatchObject({ code: 'rate_limit_exceeded', retryAfterSeconds: expect.any(Number) });
  });

  it('refuses the last of the key that fills the line, not the one that comes', async () => {
    const { clock, order, ask } = queueOf(1, { mostWaiting: 3 });
    const outcomes = Array.from({ length: 4 }, () =>
      ask('flood', 100).then(
        () => 'ran',
        () => 'refused',
      ),
    );
    await settled();
    const other = ask('other', 100).then(
      () => 'ran',
      () => 'refused',
    );

    await clock.advance(1000);

    expect(await Promise.all(outcomes)).toEqual(['ran', 'ran', 'ran', 'refused']);
    expect(await other).toBe('ran');
    expect(order[1]).toBe('other');
  });

  it('forgets one that leaves, and lets those behind it go', async () => {
    const { clock, order, ask } = queueOf(2);
    const leaving = new AbortController();
    void ask('a', 1000);
    await settled();
    const wide = ask('b', 100, { places: 2 }, leaving.signal).catch((failure: unknown) => failure);
    void ask('c', 100);
    await settled();
    expect(order).toEqual(['a']);

    leaving.abort(new Error('left'));
    await settled();

    expect(await wide).toMatchObject({ message: 'left' });
    expect(order).toEqual(['a', 'c']);
    await clock.advance(2000);
    expect(clock.waiting()).toBe(0);
  });

  it('counts a place as given back once', async () => {
    const { queue, order, ask } = queueOf(1);
    const leave = await queue.enter({ key: 'a', weight: 1, priority: 0, places: 1 }, never);
    void ask('a', 1000);
    void ask('a', 1000);

    leave();
    leave();
    await settled();

    expect(order).toHaveLength(1);
  });

  it('uses places that come later', async () => {
    const { clock, order, available, ask } = queueOf(1);
    for (let at = 0; at < 4; at++) void ask('a', 100);
    await settled();
    available.places = 3;

    await clock.advance(100);

    expect(order).toHaveLength(4);
  });
});
