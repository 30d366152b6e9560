import type { Store } from '../store/store.ts';
import type { LedgerParts } from './ledger-parts.ts';
import { dayMs } from './roll-up.ts';
import type { LedgerTables } from './tables.ts';

/** How long details are kept. Sums by day are kept for ever. */
export interface Retention {
  /** Of single requests. */
  readonly recordDays: number;
  /** Of sums by hour. */
  readonly hourlyDays: number;
}

/** Rows that go in one step: a few milliseconds of the database's thread. */
const rowsAtOnce = 2000;
const everyMs = 3_600_000;

/**
 * Removes what is old now, and then every hour. `settle` is awaited before: it brings all that is known into the store,
 * from which alone it is known then.
 */
export function keepTidy(
  store: Store,
  retention: Retention,
  { clock, log }: Pick<LedgerParts, 'clock' | 'log'>,
  settle: () => Promise<void>,
): { stop(): Promise<void> } {
  let callOff: () => void = () => undefined;
  let last: Promise<void> = Promise.resolve();
  const stopping = new AbortController();
  const tidyNow = async () => {
    const now = Date.now();
    await settle();
    await removeOld(store, retention, now, stopping.signal);
  };
  const tidy = () => {
    last = tidyNow().catch((err: unknown) => {
      log.error({ err }, 'old usage could not be removed');
    });
    callOff = clock.after(everyMs, tidy);
  };
  tidy();
  return {
    stop() {
      callOff();
      stopping.abort();
      return last;
    },
  };
}

/** Removes what is older than it has to be, as of `now` in Unix milliseconds; once aborted, one step at most. */
export async function removeOld(
  store: Store,
  { recordDays, hourlyDays }: Retention,
  now: number,
  signal?: AbortSignal,
): Promise<void> {
  const db = store.db<LedgerTables>();
  const isMore = (deleted: { numDeletedRows: bigint }) => deleted.numDeletedRows >= BigInt(rowsAtOnce);
  const records = db.deleteFrom('usage_records').where('seq', 'in', (query) =>
    query
      .selectFrom('usage_records')
      .select('seq')
      .where('at', '<', now - recordDays * dayMs)
      .limit(rowsAtOnce),
  );
  while (isMore(await records.executeTakeFirstOrThrow())) if (signal?.aborted) return;
  // By whole days, so that a day's hours are all there or none.
  const firstDay = Math.floor(now / dayMs) - hourlyDays;
  await db
    .deleteFrom('usage_hourly')
    .where('start', '<', firstDay * dayMs)
    .execute();
}
