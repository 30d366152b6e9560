import type { Calendar, Period, Span } from './calendar.ts';
import { createHold, type Gauge, type GaugeLimit, type Hold, type Wait } from './gauge.ts';

/** What was used and is held in one day or month. */
interface Sheet {
  readonly span: Span;
  used: number;
  held: number;
}

/**
 * A budget of the calendar's days or months. What a request uses counts for the one in which it was admitted. Where the
 * wall clock jumps and comes back, the sheet that was left goes on.
 */
export class CalendarGauge implements Gauge {
  readonly #period: Period;
  readonly #calendar: Calendar;
  #sheet: Sheet | undefined;
  #other: Sheet | undefined;

  constructor(period: Period, calendar: Calendar) {
    this.#period = period;
    this.#calendar = calendar;
  }

  waitFor(amount: number, { most }: GaugeLimit): Wait {
    const { used, held } = this.#current();
    if (amount > most) return 'never';
    if (used + held + amount <= most) return 0;
    return used + amount <= most ? 'later' : Math.max(1, this.resetMs());
  }

  hold(amount: number): Hold {
    const sheet = this.#current();
    sheet.held += amount;
    return createHold(amount, (held, used) => {
      sheet.held -= held;
      sheet.used += used;
    });
  }

  remaining({ most }: GaugeLimit): number {
    const { used, held } = this.#current();
    return Math.max(0, most - used - held);
  }

  resetMs(): number {
    return Math.max(0, this.#current().span.until - this.#calendar.today());
  }

  isUnused(): boolean {
    const { used, held } = this.#current();
    return used === 0 && held === 0;
  }

  /** Counts what was used before this process began; does nothing when that was in another day or month. */
  restore(used: number, at: number): void {
    const sheet = this.#current();
    if (at >= sheet.span.from && at < sheet.span.until) sheet.used += used;
  }

  #current(): Sheet {
    const span = this.#calendar.current(this.#period);
    if (this.#sheet?.span.from === span.from) return this.#sheet;
    const left = this.#sheet;
    this.#sheet = this.#other?.span.from === span.from ? this.#other : { span, used: 0, held: 0 };
    this.#other = left;
    return this.#sheet;
  }
}
