import { type RawBuilder, sql } from 'kysely';

const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

const sums = ['requests', 'errors', 'estimated'] as const;
const tokens = ['prompt_tokens', 'cached_tokens', 'completion_tokens', 'reasoning_tokens', 'cost_nanos'] as const;

/** Adds the records that are not in the sums yet to those of their hours or days. */
function addTo(table: 'usage_hourly' | 'usage_daily', lengthMs: number): RawBuilder<unknown> {
  const into = sql.table(table);
  const columns = [...sums, ...tokens];
  return sql`
    insert into ${into} (start, key_id, team, model, ${sql.join(columns.map((name) => sql.ref(name)))})
    select at - at % ${sql.lit(lengthMs)}, key_id, coalesce(team, ''), model,
      count(*), sum(status >= 400), sum(1 - is_measured), ${sql.join(tokens.map((name) => sql`sum(${sql.ref(name)})`))}
    from usage_records
    where seq > (select last_seq from usage_rolled_up)
    group by 1, 2, 3, 4
    on conflict (start, key_id, team, model) do update set
      ${sql.join(columns.map((name) => sql`${sql.ref(name)} = ${into}.${sql.ref(name)} + excluded.${sql.ref(name)}`))}`;
}

/** Brings the sums up to the last record; to be run in one transaction with what adds records. */
export const rollUp: readonly RawBuilder<unknown>[] = [
  addTo('usage_hourly', hourMs),
  addTo('usage_daily', dayMs),
  sql`update usage_rolled_up set last_seq = (select max(seq) from usage_records)
    where exists (select 1 from usage_records where seq > last_seq)`,
];
