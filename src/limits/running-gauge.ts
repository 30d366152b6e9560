import type { Gauge, GaugeLimit, Hold, Wait } from './gauge.ts';

/** What runs at the same time. Nothing of it is left once it has ended. */
export class RunningGauge implements Gauge {
  #running = 0;

  waitFor(amount: number, { most }: GaugeLimit): Wait {
    if (amount > most) return 'never';
    return this.#running + amount <= most ? 0 : 'later';
  }

  hold(amount: number): Hold {
    let own = amount;
    this.#running += own;
    const lower = (least: number) => {
      if (least >= own) return;
      this.#running -= own - least;
      own = least;
    };
    return { lower, settle: () => lower(0) };
  }

  remaining({ most }: GaugeLimit): number {
    return Math.max(0, most - this.#running);
  }

  resetMs(): number {
    return 0;
  }

  isUnused(): boolean {
    return this.#running === 0;
  }
}
