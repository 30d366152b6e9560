import { sql } from 'kysely';
import type { Store } from '../store/store.ts';
import type { LedgerTables } from './tables.ts';

/** What one key, team or model, or all together, have used. */
export interface UsedBy {
  readonly kind: 'key' | 'team' | 'model' | 'global';
  /** `global` for all together. */
  readonly id: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Billionths of a US dollar. */
  readonly costNanos: number;
}

/** Whole days in UTC, in Unix milliseconds; `until` is not one of them. */
export interface Days {
  readonly from: number;
  readonly until: number;
}

/** All that was used within some days: a row for whoever used anything. */
export async function usedWithin(store: Store, { from, until }: Days): Promise<UsedBy[]> {
  const by = (kind: UsedBy['kind'], id: 'key_id' | 'team' | 'model' | undefined) =>
    store
      .db<LedgerTables>()
      .selectFrom('usage_daily')
      .select([
        sql.lit(kind).as('kind'),
        (id === undefined ? sql<string>`'global'` : sql.ref<string>(id)).as('id'),
        sql<number>`total(prompt_tokens)`.as('inputTokens'),
        sql<number>`total(completion_tokens)`.as('outputTokens'),
        sql<number>`total(cost_nanos)`.as('costNanos'),
      ])
      .where('start', '>=', from)
      // What a wall clock that was ahead has left counts for its day, not for every one until then.
      .where('start', '<', until)
      .groupBy(sql`2`)
      .execute();
  const found = await Promise.all([
    by('key', 'key_id'),
    by('team', 'team'),
    by('model', 'model'),
    by('global', undefined),
  ]);
  return found.flat().filter(({ id }) => id !== '');
}
