/** What a gauge allows: for a rate, what it holds when it is full and how it refills; for others, what there is. */
export interface GaugeLimit {
  readonly most: number;
  /** Of rates only. */
  readonly perMinute: number;
}

/**
 * Milliseconds until there is room if nobody else takes any; 0: there is. `never`: it is more than there ever is.
 * `later`: once others have ended, and nobody knows when that will be.
 */
export type Wait = number | 'never' | 'later';

/** Counts one thing for one subject. Amounts are whole numbers. */
export interface Gauge {
  waitFor(amount: number, limit: GaugeLimit): Wait;
  /** Takes it, whether there is room or not. */
  hold(amount: number): Hold;
  remaining(limit: GaugeLimit): number;
  /** Until all of it is there again, as far as time brings it back. */
  resetMs(limit: GaugeLimit): number;
  /** Whether it counts nothing, so that a new one would say the same. */
  isUnused(): boolean;
}

/** What one request holds of a gauge. */
export interface Hold {
  /** Gives back what is above `amount`; never takes more. */
  lower(amount: number): void;
  /** Ends it, once. What was used stays counted, also where it is more than was held. */
  settle(used: number): void;
}

/** A hold of which `giveBack` is told each time what is held no longer, and how much of that was used. */
export function createHold(amount: number, giveBack: (held: number, used: number) => void): Hold {
  let own = amount;
  return {
    lower(least) {
      if (least >= own) return;
      giveBack(own - least, 0);
      own = least;
    },
    settle(used) {
      giveBack(own, used);
      own = 0;
    },
  };
}
