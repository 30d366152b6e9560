import type { Kysely, Selectable, Transaction } from 'kysely';
import { auditEntry, type AuditEntry } from '../api/key.ts';
import type { Act, KeyStore } from './key-store.ts';
import type { KeyTables } from './key-tables.ts';

/** Writes what is done within the transaction that does it. */
export async function writeAudit(
  writing: Transaction<KeyTables>,
  { requestId, details, ...act }: Act & { readonly target: string; readonly team: string | null; readonly at: number },
): Promise<void> {
  await writing
    .insertInto('audit')
    .values({ ...act, details: JSON.stringify(details), request_id: requestId })
    .execute();
}

/** What was done, newest first. */
export async function listAudit(
  db: Kysely<KeyTables>,
  { team, target, before, limit }: Parameters<KeyStore['audit']>[0],
): Promise<readonly AuditEntry[]> {
  let query = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(limit);
  if (team !== undefined) query = query.where('team', '=', team);
  if (target !== undefined) query = query.where('target', '=', target);
  if (before !== undefined) query = query.where('id', '<', before);
  return (await query.execute()).map(readEntry);
}

function readEntry({
  id,
  at,
  actor,
  action,
  target,
  details,
  request_id: requestId,
}: Selectable<KeyTables['audit']>): AuditEntry {
  const told: unknown = JSON.parse(details);
  return auditEntry.parse({ id, at: new Date(at).toISOString(), actor, action, target, details: told, requestId });
}
