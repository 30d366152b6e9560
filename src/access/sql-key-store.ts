import { type Kysely, type Selectable, sql } from 'kysely';
import type { Store } from '../store/store.ts';
import { isSameDigest } from './api-key.ts';
import { listAudit, writeAudit } from './audit-log.ts';
import { readKey, settingsColumn } from './key-row.ts';
import type { KeyRecord } from './key-record.ts';
import { keyMigrations, type KeyTables } from './key-tables.ts';
import type { KeyStore } from './key-store.ts';
import { endSecrets, insertKey, insertSecret, isToCome, nextRevision } from './write-keys.ts';

interface Parts {
  readonly now: () => number;
  /** Told of a row that cannot be read, and is passed over. */
  readonly onBadRow: (keyId: string, cause: unknown) => void;
}

/** Keys in the tables of the store, which are made if they are not there. */
export async function createSqlKeyStore(
  store: Pick<Store, 'db' | 'migrate'>,
  { now, onBadRow }: Parts,
): Promise<KeyStore> {
  await store.migrate('access', keyMigrations);
  const db = store.db<KeyTables>();

  const read = async (rows: readonly Selectable<KeyTables['keys']>[]): Promise<KeyRecord[]> => {
    const secrets = await secretsOf(
      db,
      rows.map(({ id }) => id),
    );
    return rows.flatMap((row) => readKey(row, secrets.get(row.id) ?? [], onBadRow));
  };

  const list: KeyStore['list'] = async ({ team, after, limit }) => {
    let query = db.selectFrom('keys').selectAll().orderBy('created_at').orderBy('id').limit(limit);
    if (team !== undefined) query = query.where('team', '=', team);
    if (after !== undefined)
      query = query.where(sql<boolean>`(created_at, id) > (select created_at, id from keys where id = ${after})`);
    const rows = await query.execute();
    const found = await read(rows);
    const last = rows.at(-1)?.id;
    if (rows.length < limit || found.length === rows.length) return found;
    // Rows that cannot be read are made up for: whoever gets fewer keys than asked for takes them for the last.
    return [...found, ...(await list({ team, after: last, limit: limit - found.length }))];
  };

  return {
    async findUsable(digest) {
      // One query, whatever there is to find: a key that opens nothing is not even read.
      const at = now();
      const row = await db
        .selectFrom('key_secrets')
        .innerJoin('keys', 'keys.id', 'key_secrets.key_id')
        .selectAll('keys')
        .select(['digest', 'key_secrets.expires_at as secret_expires_at'])
        .where('digest', '=', digest)
        .where('keys.status', '=', 'active')
        .where(isToCome('keys.expires_at', at))
        .where(isToCome('key_secrets.expires_at', at))
        .executeTakeFirst();
      if (!row || !isSameDigest(row.digest, digest)) return undefined;
      const [key] = readKey(row, [], onBadRow);
      return key && { key, secretExpiresAt: row.secret_expires_at };
    },
    async get(id) {
      const [key] = await read(await db.selectFrom('keys').selectAll().where('id', '=', id).execute());
      return key;
    },
    list,
    async hasUsable() {
      const row = await db
        .selectFrom('keys')
        .select('id')
        .where('status', '=', 'active')
        .where(isToCome('expires_at', now()))
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
    async changedSince(revision) {
      const rows = await db
        .selectFrom('keys')
        .select(['id', 'status', 'revision'])
        .where('revision', '>', revision)
        .orderBy('revision')
        .execute();
      return rows.map((row) => ({ ...row, status: statusOf(row.status) }));
    },
    async lastRevision() {
      const row = await db
        .selectFrom('keys')
        .select(sql<number | null>`max(revision)`.as('last'))
        .executeTakeFirst();
      return row?.last ?? 0;
    },
    async findCreation({ actor, name }) {
      const row = await db
        .selectFrom('key_creations')
        .select(['key_id', 'body'])
        .where('actor', '=', actor)
        .where('name', '=', name)
        .executeTakeFirst();
      return row && { keyId: row.key_id, body: row.body };
    },
    add: (key, act, creation) =>
      db.transaction().execute(async (writing) => {
        if (creation) {
          const { actor, name } = creation;
          const earlier = await writing
            .selectFrom('key_creations')
            .select('key_id')
            .where('actor', '=', actor)
            .where('name', '=', name)
            .executeTakeFirst();
          if (earlier) return false;
        }
        await insertKey(writing, key, act, now());
        if (creation) {
          const { actor, name, body } = creation;
          await writing.insertInto('key_creations').values({ actor, name, body, key_id: key.id }).execute();
        }
        return true;
      }),
    change: (id, revision, { settings, status, rotation }, act) =>
      db.transaction().execute(async (writing) => {
        const row = await writing
          .updateTable('keys')
          .set({
            revision: nextRevision,
            ...(status !== undefined && { status }),
            ...(settings && settingsColumn(settings)),
          })
          .where('id', '=', id)
          .where('revision', '=', revision)
          .returning('team')
          .executeTakeFirst();
        if (!row) return false;
        if (rotation) {
          await endSecrets(writing, id, rotation.endOthersAt);
          await insertSecret(writing, id, rotation.secret, now());
        }
        await writeAudit(writing, { ...act, target: id, team: row.team, at: now() });
        return true;
      }),
    replaceAll: (key, act) =>
      db.transaction().execute(async (writing) => {
        const { next } = await writing.selectNoFrom(nextRevision.as('next')).executeTakeFirstOrThrow();
        await writing
          .updateTable('keys')
          .set({ status: 'revoked', revision: next })
          .where('status', '!=', 'revoked')
          .execute();
        await insertKey(writing, key, act, now());
      }),
    note: (act) => db.transaction().execute((writing) => writeAudit(writing, { ...act, at: now() })),
    audit: (query) => listAudit(db, query),
  };
}

async function secretsOf(
  db: Kysely<KeyTables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Selectable<KeyTables['key_secrets']>[]>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('key_secrets')
    .selectAll()
    // As one value, of any length: a statement takes some thousands of values.
    .where(sql<boolean>`key_id in (select value from json_each(${JSON.stringify(ids)}))`)
    .orderBy('created_at')
    .execute();
  return Map.groupBy(rows, ({ key_id: id }) => id);
}

function statusOf(text: string): KeyRecord['status'] {
  return text === 'active' || text === 'paused' ? text : 'revoked';
}
