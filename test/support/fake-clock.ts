import type { Clock } from '../../src/lib/clock.ts';

export interface FakeClock extends Clock {
  /** Lets time pass; what is due runs in its order, and what it wakes runs before the next. */
  advance(ms: number): Promise<void>;
  /** Timers that wait. */
  waiting(): number;
}

export function fakeClock(): FakeClock {
  let now = 0;
  const timers = new Set<{ readonly at: number; readonly action: () => void }>();
  return {
    now: () => now,
    after(ms, action) {
      const timer = { at: now + ms, action };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        // oxlint-disable-next-line no-await-in-loop -- what a timer wakes may set the next
        await new Promise((resolve) => setImmediate(resolve));
        const next = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
        if (!next) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.action();
      }
      now = end;
    },
    waiting: () => timers.size,
  };
}
