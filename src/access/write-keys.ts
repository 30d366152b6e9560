import { type RawBuilder, sql, type Transaction } from 'kysely';
import { writeAudit } from './audit-log.ts';
import { settingsColumn } from './key-row.ts';
import type { Act, NewKey, NewSecret } from './key-store.ts';
import type { KeyTables } from './key-tables.ts';

export type Writing = Transaction<KeyTables>;

/** The revision of the change that is being written. */
export const nextRevision = sql<number>`(select coalesce(max(revision), 0) + 1 from keys)`;

/** Whether an end is after this moment, or there is none. */
export function isToCome(column: string, at: number): RawBuilder<boolean> {
  return sql<boolean>`(${sql.ref(column)} is null or ${sql.ref(column)} > ${at})`;
}

/** Adds a key with its one text, and says so in the audit log. */
export async function insertKey(
  writing: Writing,
  { id, settings, secret }: NewKey,
  act: Act,
  at: number,
): Promise<void> {
  await writing
    .insertInto('keys')
    .values({ id, status: 'active', created_at: at, revision: nextRevision, ...settingsColumn(settings) })
    .execute();
  await insertSecret(writing, id, secret, at);
  await writeAudit(writing, { ...act, target: id, team: settings.team, at });
}

export async function insertSecret(
  writing: Writing,
  id: string,
  { digest, prefix }: NewSecret,
  at: number,
): Promise<void> {
  await writing
    .insertInto('key_secrets')
    .values({ digest, key_id: id, prefix, created_at: at, expires_at: null })
    .execute();
}

/** Those that end earlier anyway keep their end. */
export async function endSecrets(writing: Writing, id: string, at: number): Promise<void> {
  await writing
    .updateTable('key_secrets')
    .set({ expires_at: at })
    .where('key_id', '=', id)
    .where(isToCome('expires_at', at))
    .execute();
}
