import { type CompiledQuery, type RawBuilder, sql } from 'kysely';
import type { Store } from '../store/store.ts';
import type { JournalLine, LineKind } from './journal-line.ts';
import { rollUp } from './roll-up.ts';

/** Column → name of the field in the line. */
const shared = {
  id: 'id',
  at: 'at',
  key_id: 'keyId',
  team: 'team',
  model: 'model',
  engine: 'engine',
  endpoint: 'endpoint',
};
const used = {
  prompt_tokens: 'promptTokens',
  cached_tokens: 'cachedTokens',
  completion_tokens: 'completionTokens',
  reasoning_tokens: 'reasoningTokens',
  cost_nanos: 'costNanos',
};
const ofRecord = {
  ...shared,
  ...used,
  status: 'status',
  ttft_ms: 'ttftMs',
  duration_ms: 'durationMs',
  finish_reason: 'finishReason',
  error_code: 'errorCode',
  is_measured: 'isMeasured',
};
const ofOpen = {
  ...shared,
  most_prompt_tokens: 'most.promptTokens',
  most_completion_tokens: 'most.completionTokens',
  most_cost_nanos: 'most.costNanos',
};

/** The values stay JSON until SQLite reads them, in its thread. */
const field = (name: string) => sql`line.value ->> ${sql.lit(`$.${name}`)}`;
const names = (columns: object) => sql.join(Object.keys(columns).map((name) => sql.ref(name)));
const fields = (columns: Readonly<Record<string, string>>) => sql.join(Object.values(columns).map(field));

/** Puts lines into the tables, all in one transaction. Lines that were put in before change nothing. */
export async function insertLines(store: Store, lines: readonly JournalLine[]): Promise<void> {
  const db = store.db<unknown>();
  const queries = [...parts(lines), ...rollUp].map((part): CompiledQuery => part.compile(db));
  await store.batch(queries);
}

/** Records first: what was opened and has ended within these lines is then never written as open. */
function parts(lines: readonly JournalLine[]): RawBuilder<unknown>[] {
  const records = jsonOf(lines, 'record');
  const opened = jsonOf(lines, 'open');
  const usedSoFar = jsonOf(lines, 'used');
  return [
    sql`insert into usage_records (${names(ofRecord)})
      select ${fields(ofRecord)} from json_each(${records}) as line where true
      on conflict (id) do nothing`,
    sql`insert into usage_open (${names(ofOpen)})
      select ${fields(ofOpen)} from json_each(${opened}) as line
      where not exists (select 1 from usage_records where id = ${field('id')})
      on conflict (id) do nothing`,
    // Each replaces those before, and none of its figures ever falls.
    sql`update usage_open set
        seen_at = latest.seen_at,
        ${sql.join(Object.keys(used).map((name) => sql`${sql.ref(name)} = ${sql.ref(`latest.${name}`)}`))}
      from (
        select ${field('id')} as id, max(${field('seenAt')}) as seen_at,
          ${sql.join(Object.entries(used).map(([column, name]) => sql`max(${field(name)}) as ${sql.ref(column)}`))}
        from json_each(${usedSoFar}) as line group by 1
      ) as latest
      where usage_open.id = latest.id`,
    sql`delete from usage_open where id in (select ${field('id')} from json_each(${records}) as line)`,
  ];
}

function jsonOf(lines: readonly JournalLine[], kind: LineKind): string {
  return `[${lines
    .filter((line) => line.kind === kind)
    .map(({ json }) => json)
    .join(',')}]`;
}
