export type Period = 'day' | 'month';

/** One day or month in UTC, in Unix milliseconds. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** The calendar by the wall clock: days and months, worked out once each. */
export class Calendar {
  /** Unix milliseconds. */
  readonly today: () => number;
  readonly #spans: Record<Period, Span> = { day: { from: 0, until: 0 }, month: { from: 0, until: 0 } };

  constructor(today: () => number) {
    this.today = today;
  }

  /** The one that it is now. */
  current(period: Period): Span {
    const at = this.today();
    const known = this.#spans[period];
    if (at >= known.from && at < known.until) return known;
    return (this.#spans[period] = periodOf(period, at));
  }
}

/** The day or month in which a moment lies. */
export function periodOf(period: Period, at: number): Span {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return period === 'day'
    ? { from: Date.UTC(year, month, day), until: Date.UTC(year, month, day + 1) }
    : { from: Date.UTC(year, month), until: Date.UTC(year, month + 1) };
}
