import { createCalendarGauge, type CalendarGauge } from './calendar-gauge.ts';
import type { Period } from './calendar.ts';
import { dimensions, type Dimension } from './dimensions.ts';
import type { Gauge } from './gauge.ts';
import { createRateGauge } from './rate-gauge.ts';
import { createRunningGauge } from './running-gauge.ts';

export interface Times {
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  /** The wall clock in Unix milliseconds. */
  readonly today: () => number;
}

/** Everything that is counted for one subject. */
export interface SubjectGauges {
  of(dimension: Dimension): Gauge;
  /** What counts whether it is limited or not, so that a limit that is set later begins with the truth. */
  always(dimension: Dimension): boolean;
  restore(period: Period, used: { readonly tokens: number; readonly costNanos: number }, at: number): void;
  /** Whether it may be forgotten. */
  isUnused(): boolean;
}

export function createSubjectGauges({ now, today }: Times): SubjectGauges {
  const running = createRunningGauge();
  const calendar: Record<string, CalendarGauge> = {
    tokensPerDay: createCalendarGauge('day', today),
    tokensPerMonth: createCalendarGauge('month', today),
    costPerDay: createCalendarGauge('day', today),
    costPerMonth: createCalendarGauge('month', today),
  };
  const rates = new Map<string, Gauge>();

  const of = ({ name, kind }: Dimension): Gauge => {
    if (kind === 'running') return running;
    const known = calendar[name] ?? rates.get(name);
    if (known) return known;
    const rate = createRateGauge(now);
    rates.set(name, rate);
    return rate;
  };
  return {
    of,
    always: ({ kind }) => kind !== 'rate',
    restore(period, { tokens, costNanos }, at) {
      calendar[period === 'day' ? 'tokensPerDay' : 'tokensPerMonth']?.restore(tokens, at);
      calendar[period === 'day' ? 'costPerDay' : 'costPerMonth']?.restore(costNanos, at);
    },
    isUnused: () => dimensions.every((dimension) => !isKnown(dimension) || of(dimension).isUnused()),
  };

  function isKnown({ name, kind }: Dimension): boolean {
    return kind !== 'rate' || rates.has(name);
  }
}
