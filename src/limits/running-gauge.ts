import { createHold, type Gauge, type GaugeLimit, type Hold, type Wait } from './gauge.ts';

/** What runs at the same time. Nothing of it is left once it has ended. */
export class RunningGauge implements Gauge {
  #running = 0;

  waitFor(amount: number, { most }: GaugeLimit): Wait {
    if (amount > most) return 'never';
    return this.#running + amount <= most ? 0 : 'later';
  }

  hold(amount: number): Hold {
    this.#running += amount;
    return createHold(amount, (held) => {
      this.#running -= held;
    });
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
