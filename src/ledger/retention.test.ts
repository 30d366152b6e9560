import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { fakeClock } from '../../test/support/fake-clock.ts';
import { openUsageStore } from '../../test/support/usage.ts';
import { keepTidy } from './retention.ts';
import type { LedgerTables } from './tables.ts';

it('goes no further once it is stopped: a server that ends does not wait for all that is old', async () => {
  const store = await openUsageStore(':memory:');
  const db = store.db<LedgerTables>();
  await sql`
    with recursive numbers (number) as (select 1 union all select number + 1 from numbers where number < 10000)
    insert into usage_records (id, at, key_id, model, endpoint, status, prompt_tokens, cached_tokens, completion_tokens,
      reasoning_tokens, cost_nanos, duration_ms, is_measured)
    select number, 0, 'key', 'model', '/', 200, 0, 0, 0, 0, 0, 1, 1 from numbers`.execute(db);
  const settled = async () => undefined;
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

  await keepTidy(store, { recordDays: 1, hourlyDays: 32 }, { clock: fakeClock(), log }, settled).stop();

  const left = await db
    .selectFrom('usage_records')
    .select(({ fn }) => fn.countAll<number>().as('records'))
    .executeTakeFirst();
  expect(left).toEqual({ records: 8000 });
  await store.close();
});
