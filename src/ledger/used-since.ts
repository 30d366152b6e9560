import { sql } from 'kysely';
import type { Store } from '../store/store.ts';
import { dayMs } from './roll-up.ts';
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

/** All that was used from the beginning of a day in UTC on, in Unix milliseconds: a row for whoever used anything. */
export async function usedSince(store: Store, from: number): Promise<UsedBy[]> {
  const day = from - (from % dayMs);
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
      .where('start', '>=', day)
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
