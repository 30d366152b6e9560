import type { Gauge, Wait } from './gauge.ts';

/** What runs at the same time. Nothing of it is left once it has ended. */
export function createRunningGauge(): Gauge {
  let running = 0;
  return {
    waitFor(amount, { most }): Wait {
      if (amount > most) return 'never';
      return running + amount <= most ? 0 : 'later';
    },
    hold(amount) {
      let own = amount;
      running += own;
      const lower = (least: number) => {
        if (least >= own) return;
        running -= own - least;
        own = least;
      };
      return { lower, settle: () => lower(0) };
    },
    remaining: ({ most }) => Math.max(0, most - running),
    resetMs: () => 0,
    isUnused: () => running === 0,
  };
}
