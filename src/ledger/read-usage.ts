import { type RawBuilder, sql } from 'kysely';
import { ManifoldError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { dayMs } from './roll-up.ts';
import type { LedgerTables, RollupTable } from './tables.ts';
import type { UsageDimension, UsageQuery, UsageReport, UsageRow, UsageSums } from './usage-query.ts';

const hourMs = dayMs / 24;
const columns = { key: 'key_id', team: 'team', model: 'model' } as const;
/** The beginning of the hour, day or month in UTC in which a row's own lies, so that SQLite makes the answer's rows. */
const beginnings = {
  hour: sql<number>`start`,
  day: sql<number>`start - start % ${sql.lit(dayMs)}`,
  month: sql<number>`unixepoch(start / 1000, 'unixepoch', 'start of month') * 1000`,
} as const;

const sums = {
  requests: 'requests',
  errors: 'errors',
  estimated: 'estimated',
  promptTokens: 'prompt_tokens',
  cachedTokens: 'cached_tokens',
  completionTokens: 'completion_tokens',
  reasoningTokens: 'reasoning_tokens',
  costNanos: 'cost_nanos',
} as const satisfies Record<keyof UsageSums, keyof RollupTable>;
const sumNames = Object.keys(sums) as (keyof UsageSums)[];

/**
 * Reads the sums that a query asks for. Throws `invalid_value` naming the field when the query is one that cannot be
 * answered truly, or has more rows than `mostRows`.
 */
export async function readUsage(store: Store, query: UsageQuery, mostRows: number): Promise<UsageReport> {
  const from = query.from - (query.from % hourMs);
  const to = Math.ceil(query.to / hourMs) * hourMs;
  const time = query.by.find(isTime);
  check(query, from, to);
  // Whole days are read from the days' sums: fewer rows, and kept for ever.
  const isHourly = time === 'hour' || from % dayMs !== 0 || to % dayMs !== 0;
  if (isHourly) await refuseLostHours(store, from);

  let select = store
    .reader<LedgerTables>()
    .selectFrom(isHourly ? 'usage_hourly' : 'usage_daily')
    .select(query.by.map((dimension) => groupOf(dimension).as(dimension)))
    // Floats: a sum that is too large for an integer of JavaScript loses digits, and does not fail.
    .select(sumNames.map((name) => sql<number>`total(${sql.ref(sums[name])})`.as(name)))
    .where('start', '>=', from)
    .where('start', '<', to)
    .having((expression) => expression.fn.countAll(), '>', 0)
    .limit(mostRows + 1);
  for (const dimension of query.by) select = select.groupBy(groupOf(dimension)).orderBy(groupOf(dimension));
  if (query.key !== undefined) select = select.where('key_id', '=', query.key);
  if (query.team !== undefined) select = select.where('team', '=', query.team);
  if (query.model !== undefined) select = select.where('model', '=', query.model);
  const found = (await select.execute()) as readonly Found[];
  if (found.length > mostRows) {
    throw invalid('by', `The answer has more than ${mostRows} rows; sum by less, or ask for a shorter time.`);
  }

  const rows = found.map((row) => rowOf(row, time));
  return { by: query.by, from, to, rows, total: rows.reduce<UsageSums>(add, nothing()) };
}

/** Hours are removed before days: what is left of them must not look like all there was. */
async function refuseLostHours(store: Store, from: number): Promise<void> {
  const db = store.reader<LedgerTables>();
  const firstHour = db.selectFrom('usage_hourly').select(({ fn }) => fn.min('start').as('first'));
  const lost = await db
    .selectFrom('usage_daily')
    .select(({ fn }) => fn.max('start').as('last'))
    .where(
      'start',
      '<',
      sql<number>`coalesce((${firstHour}) / ${sql.lit(dayMs)} * ${sql.lit(dayMs)}, ${Number.MAX_SAFE_INTEGER})`,
    )
    .executeTakeFirst();
  if (lost?.last == null || from >= lost.last + dayMs) return;
  const floor = new Date(lost.last + dayMs).toISOString();
  throw invalid('from', `Sums by hour go back to ${floor}; begin and end at whole days in UTC, and sum by day.`);
}

function check({ by }: UsageQuery, from: number, to: number): void {
  if (by.filter(isTime).length > 1) {
    throw invalid('by', 'Name one of hour, day and month.');
  }
  if (new Set(by).size < by.length) throw invalid('by', 'Name each dimension once.');
  if (from >= to) throw invalid('to', '`to` must be later than `from`.');
}

function invalid(param: string, message: string): ManifoldError {
  return new ManifoldError('invalid_value', message, { param });
}

function isTime(dimension: UsageDimension): dimension is keyof typeof beginnings {
  return dimension in beginnings;
}

function groupOf(dimension: UsageDimension): RawBuilder<string | number> {
  return isTime(dimension) ? beginnings[dimension] : sql.ref<string>(columns[dimension]);
}

type Found = UsageSums &
  Readonly<Partial<Record<keyof typeof columns, string> & Record<keyof typeof beginnings, number>>>;

function rowOf(found: Found, time: keyof typeof beginnings | undefined): UsageRow {
  const { key, team, model } = found;
  const start = time && found[time];
  return {
    ...(start !== undefined && { start }),
    ...(key !== undefined && { key }),
    ...(team !== undefined && { team: team === '' ? null : team }),
    ...(model !== undefined && { model }),
    ...pickSums(found),
  };
}

function add(one: UsageSums, other: UsageSums): UsageSums {
  return pickSums(one, other);
}

function pickSums(one: UsageSums, other: UsageSums = nothing()): UsageSums {
  return Object.fromEntries(sumNames.map((name) => [name, one[name] + other[name]])) as unknown as UsageSums;
}

function nothing(): UsageSums {
  return Object.fromEntries(sumNames.map((name) => [name, 0])) as unknown as UsageSums;
}
