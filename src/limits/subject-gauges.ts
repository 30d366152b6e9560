import { CalendarGauge } from './calendar-gauge.ts';
import type { Calendar, Period } from './calendar.ts';
import type { Dimension } from './dimensions.ts';
import type { Gauge } from './gauge.ts';
import type { LimitDimension } from './limiter.ts';
import { RateGauge } from './rate-gauge.ts';
import { RunningGauge } from './running-gauge.ts';

export interface Times {
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  readonly calendar: Calendar;
}

/** Everything that is counted for one subject; a gauge is made when something is first counted. */
export class SubjectGauges {
  readonly #times: Times;
  readonly #gauges: Partial<Record<LimitDimension, Gauge>> = {};

  constructor(times: Times) {
    this.#times = times;
  }

  of({ name, kind }: Dimension): Gauge {
    return (this.#gauges[name] ??= this.#create(kind));
  }

  restore(dimension: Dimension, used: number, at: number): void {
    const gauge = this.of(dimension);
    if (gauge instanceof CalendarGauge) gauge.restore(used, at);
  }

  /** Whether it may be forgotten: a new one would say the same. */
  isUnused(): boolean {
    for (const gauge of Object.values(this.#gauges)) if (!gauge.isUnused()) return false;
    return true;
  }

  #create(kind: Dimension['kind']): Gauge {
    if (kind === 'rate') return new RateGauge(this.#times.now);
    return kind === 'running' ? new RunningGauge() : new CalendarGauge(kind satisfies Period, this.#times.calendar);
  }
}
