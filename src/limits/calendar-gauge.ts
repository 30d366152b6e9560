import { periodOf, type Period } from './calendar.ts';
import type { Gauge, Wait } from './gauge.ts';

/** What was used and is held in one day or month. */
interface Sheet {
  readonly from: number;
  readonly until: number;
  used: number;
  held: number;
}

export interface CalendarGauge extends Gauge {
  /** Counts what was used before this process began; does nothing when that was in another day or month. */
  restore(used: number, at: number): void;
}

/**
 * A budget of the calendar's days or months in UTC. What a request uses counts for the one in which it was admitted.
 * `today` is the wall clock in Unix milliseconds. Where that jumps and comes back, the sheet that was left goes on.
 */
export function createCalendarGauge(period: Period, today: () => number): CalendarGauge {
  let sheet: Sheet = { from: 0, until: 0, used: 0, held: 0 };
  let other = sheet;

  const current = (): Sheet => {
    const at = today();
    if (at >= sheet.from && at < sheet.until) return sheet;
    [sheet, other] = [other, sheet];
    if (at < sheet.from || at >= sheet.until) sheet = { ...periodOf(period, at), used: 0, held: 0 };
    return sheet;
  };

  return {
    waitFor(amount, { most }): Wait {
      const { used, held, until } = current();
      if (amount > most) return 'never';
      if (used + held + amount <= most) return 0;
      return used + amount <= most ? 'later' : Math.max(1, until - today());
    },
    hold(amount) {
      const own = current();
      let left = amount;
      own.held += left;
      return {
        lower(least) {
          if (least >= left) return;
          own.held -= left - least;
          left = least;
        },
        settle(used) {
          own.held -= left;
          left = 0;
          own.used += used;
        },
      };
    },
    remaining({ most }) {
      const { used, held } = current();
      return Math.max(0, most - used - held);
    },
    resetMs: () => Math.max(0, current().until - today()),
    isUnused() {
      const { used, held } = current();
      return used === 0 && held === 0 && other.held === 0;
    },
    restore(used, at) {
      const own = current();
      if (at >= own.from && at < own.until) own.used += used;
    },
  };
}
