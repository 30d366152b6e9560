import { createHold, type Gauge, type GaugeLimit, type Hold, type Wait } from './gauge.ts';

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
 */
export class RateGauge implements Gauge {
  readonly #now: () => number;
  #owed = 0;
  #held = 0;
  #at: number;
  #perMinute = 0;

  /** `now`: a monotonic clock in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#at = Math.floor(now());
  }

  waitFor(amount: number, limit: GaugeLimit): Wait {
    this.#follow(limit);
    if (amount > limit.most) return 'never';
    const room = limit.most - this.#held - amount;
    return room < 0 ? 'later' : this.#msToRefill(this.#owed - room * unitsEach);
  }

  hold(amount: number): Hold {
    this.#held += amount;
    return createHold(amount, (held, used) => {
      this.#catchUp();
      this.#held -= held;
      this.#owed += used * unitsEach;
    });
  }

  remaining(limit: GaugeLimit): number {
    this.#follow(limit);
    return Math.max(0, Math.floor(((limit.most - this.#held) * unitsEach - this.#owed) / unitsEach));
  }

  resetMs(limit: GaugeLimit): number {
    this.#follow(limit);
    return limit.perMinute === 0 ? 0 : this.#msToRefill(this.#owed);
  }

  isUnused(): boolean {
    this.#catchUp();
    return this.#owed === 0 && this.#held === 0;
  }

  /** A rate that was changed holds from now on. */
  #follow({ perMinute }: GaugeLimit): void {
    this.#catchUp();
    this.#perMinute = perMinute;
  }

  #catchUp(): void {
    const time = Math.max(this.#at, Math.floor(this.#now()));
    this.#owed = Math.max(0, this.#owed - this.#perMinute * (time - this.#at));
    this.#at = time;
  }

  #msToRefill(units: number): number {
    return units <= 0 ? 0 : Math.ceil(units / this.#perMinute);
  }
}
