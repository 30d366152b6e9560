import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allTime, openTestLedger, usageRecord } from '../../test/support/usage.ts';
import { openStore, type Store } from '../store/store.ts';
import { migrations } from './migrations.ts';
import { readUsage } from './read-usage.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'manifold-schema-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const schemaOf = async (store: Store) =>
  (
    await sql<{ sql: string }>`select type, name, sql from sqlite_schema
      where sql is not null and name <> 'schema_versions' order by name`.execute(store.db<unknown>())
  ).rows;

const addRecord = (store: Store, id: string) =>
  sql`insert into usage_records (id, at, key_id, team, model, endpoint, status, prompt_tokens, cached_tokens,
      completion_tokens, reasoning_tokens, cost_nanos, duration_ms, is_measured)
    values (${id}, ${usageRecord().at}, 'key_a', null, 'm', '/v1', 200, 10, 0, 5, 0, 7, 1.0, 1)`.execute(
    store.db<unknown>(),
  );

describe("the ledger's tables", () => {
  it.each(Array.from({ length: migrations.length }, (_, version) => version))(
    'of version %i become those of a new database, with what they held',
    async (version) => {
      const old = await openStore({ file: join(directory, 'manifold.db') });
      await old.migrate('ledger', migrations.slice(0, version));
      // Records have been there since the first version.
      if (version > 0) await addRecord(old, 'old');
      await old.close();

      const store = await openStore({ file: join(directory, 'manifold.db') });
      await store.migrate('ledger', migrations);
      const fresh = await openStore({ file: ':memory:' });
      await fresh.migrate('ledger', migrations);

      expect(await schemaOf(store)).toEqual(await schemaOf(fresh));
      const { ledger } = await openTestLedger(directory, { store });
      void ledger.append(usageRecord({ id: 'new' }));
      expect((await ledger.usage(allTime)).total).toMatchObject({
        promptTokens: version === 0 ? 10 : 20,
        requests: version === 0 ? 1 : 2,
      });
      expect(await readUsage(store, { ...allTime, by: ['hour'] }, 10)).toMatchObject({
        total: { promptTokens: version === 0 ? 10 : 20 },
      });
      await Promise.all([store.close(), fresh.close()]);
    },
  );
});
