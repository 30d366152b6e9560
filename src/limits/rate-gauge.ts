import type { Gauge, GaugeLimit, Hold, Wait } from './gauge.ts';

/** Units of one token or request: a millisecond at a rate of 1 a minute brings back one unit. */
const unitsEach = 60_000;
/** More is never saved up, so that all sums of units are whole numbers without rounding. */
const mostSaved = 100_000_000_000;

/** What a rate holds when it is full: `burst` minutes' worth, and one at least where anything is allowed. */
export function rateLimit(perMinute: number, burst: number): GaugeLimit {
  const worth = Math.floor(perMinute * burst + 1e-6);
  return { perMinute, most: Math.min(mostSaved, perMinute === 0 ? 0 : Math.max(1, worth)) };
}

/**
 * A token bucket, kept as what it lacks: what was used and has not come back yet, and what is held. Only what was used
 * comes back with time. What is held does not, so that neither what was admitted nor what was settled in any time `t`
 * is ever more than the bucket and what `t` brings. Everything is whole numbers: nothing is rounded, nothing drifts.
 *
 * Time is a monotonic clock's, in milliseconds.
 */
export function createRateGauge(now: () => number): Gauge {
  let owed = 0;
  let held = 0;
  let at = Math.floor(now());
  let perMinute = 0;

  const catchUp = () => {
    const time = Math.max(at, Math.floor(now()));
    owed = Math.max(0, owed - perMinute * (time - at));
    at = time;
  };
  /** A rate that was changed holds from now on. */
  const follow = (limit: GaugeLimit) => {
    catchUp();
    ({ perMinute } = limit);
  };
  const msToRefill = (units: number) => (units <= 0 ? 0 : Math.ceil(units / perMinute));

  return {
    waitFor(amount, limit): Wait {
      follow(limit);
      if (amount > limit.most) return 'never';
      const room = limit.most - held - amount;
      if (room < 0) return 'later';
      return msToRefill(owed - room * unitsEach);
    },
    hold(amount): Hold {
      let own = amount;
      held += own;
      return {
        lower(least) {
          if (least >= own) return;
          held -= own - least;
          own = least;
        },
        settle(used) {
          catchUp();
          held -= own;
          own = 0;
          owed += used * unitsEach;
        },
      };
    },
    remaining(limit) {
      follow(limit);
      return Math.max(0, Math.floor(((limit.most - held) * unitsEach - owed) / unitsEach));
    },
    resetMs(limit) {
      follow(limit);
      return perMinute === 0 ? 0 : msToRefill(owed);
    },
    isUnused() {
      catchUp();
      return owed === 0 && held === 0;
    },
  };
}
