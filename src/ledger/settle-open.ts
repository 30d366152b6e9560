import { sql } from 'kysely';
import type { Store } from '../store/store.ts';
import { rollUp } from './roll-up.ts';

/**
 * Makes records of the requests that were open when the process before this one died, and returns how many. What they
 * used is what was last seen of it, else the most they could have used. Run before any request is opened.
 */
export async function settleOpen(store: Store): Promise<number> {
  const db = store.db<unknown>();
  const [inserted] = await store.batch(
    [
      sql`insert into usage_records (
          id, at, key_id, team, model, engine, endpoint, status,
          prompt_tokens, cached_tokens, completion_tokens, reasoning_tokens, cost_nanos,
          duration_ms, error_code, is_measured)
        select id, at, key_id, team, model, engine, endpoint, 500,
          coalesce(prompt_tokens, most_prompt_tokens), coalesce(cached_tokens, 0),
          coalesce(completion_tokens, most_completion_tokens), coalesce(reasoning_tokens, 0),
          coalesce(cost_nanos, most_cost_nanos),
          max(coalesce(seen_at, at) - at, 0), 'process_died', 0
        from usage_open where true
        on conflict (id) do nothing`,
      sql`delete from usage_open`,
      ...rollUp,
    ].map((query) => query.compile(db)),
  );
  return Number(inserted?.numAffectedRows ?? 0);
}
