import { invalidValue } from '../errors.ts';
import { parseMoment } from '../lib/moment.ts';
import { dayMs } from './roll-up.ts';
import { usageDimensions, type UsageDimension, type UsageQuery } from './usage-query.ts';

/** What a person or client writes to ask for a report. */
export interface WrittenUsageQuery {
  /** Dimensions with commas between. Default: model. */
  readonly by?: string | undefined;
  /** A date, a time with its zone, or how long ago (`24h`, `7d`). Default: the beginning of this month in UTC. */
  readonly from?: string | undefined;
  /** Exclusive. Default: the end of today in UTC. */
  readonly to?: string | undefined;
  readonly key?: string | undefined;
  readonly team?: string | undefined;
  readonly model?: string | undefined;
}

/** Throws `invalid_value` naming the parameter that says nothing. `now` is in Unix milliseconds. */
export function parseUsageQuery({ by = 'model', from, to, ...filters }: WrittenUsageQuery, now: number): UsageQuery {
  const today = new Date(now);
  return {
    by: by.split(',').flatMap((name) => (name.trim() === '' ? [] : [dimension(name.trim())])),
    from: from === undefined ? Date.UTC(today.getUTCFullYear(), today.getUTCMonth()) : moment('from', from, now),
    // Whole days are read from fewer rows.
    to: to === undefined ? now - (now % dayMs) + dayMs : moment('to', to, now),
    ...filters,
  };
}

function dimension(name: string): UsageDimension {
  const known = usageDimensions.find((each) => each === name);
  if (known) return known;
  const shown = JSON.stringify(name.slice(0, 32));
  throw invalidValue('by', `${shown} is none of ${usageDimensions.join(', ')}.`);
}

const ago = /^(?<count>\d{1,5})(?<unit>[hd])$/;

function moment(param: string, text: string, now: number): number {
  const groups = ago.exec(text)?.groups;
  if (groups) return now - Number(groups['count']) * (groups['unit'] === 'd' ? dayMs : dayMs / 24);
  const at = parseMoment(text);
  if (at !== undefined && at >= 0) return at;
  throw invalidValue(
    param,
    'write a date (2026-01-31), a time with its zone (2026-01-31T12:00:00Z), or how long ago (24h, 7d).',
  );
}
