import { type Kysely, sql } from 'kysely';
import { ManifoldError } from '../errors.ts';

/** One step forward of a part's tables. The n-th of a part makes version n; a step that was released never changes. */
export type Migration = (db: Kysely<unknown>) => Promise<void>;

interface VersionTable {
  schema_versions: { part: string; version: number };
}

/**
 * Brings the tables of a part to the newest version, all steps in one transaction, whichever process comes first.
 * Throws `configuration_invalid` when a newer release has been here; then nothing was changed.
 */
export async function migrate(db: Kysely<unknown>, part: string, migrations: readonly Migration[]): Promise<void> {
  const versions = db as unknown as Kysely<VersionTable>;
  await sql`create table if not exists schema_versions (
    part text primary key not null,
    version integer not null
  ) strict, without rowid`.execute(db);
  const before = await versionOf(versions, part);
  refuseNewer(part, before, migrations.length);
  if (before === migrations.length) return;
  await versions.transaction().execute(async (transaction) => {
    // Read again: another process may have been at it until now.
    const version = await versionOf(transaction, part);
    refuseNewer(part, version, migrations.length);
    for (const step of migrations.slice(version)) await step(transaction as unknown as Kysely<unknown>);
    await transaction
      .insertInto('schema_versions')
      .values({ part, version: migrations.length })
      .onConflict((conflict) => conflict.column('part').doUpdateSet({ version: migrations.length }))
      .execute();
  });
}

async function versionOf(db: Kysely<VersionTable>, part: string): Promise<number> {
  const row = await db.selectFrom('schema_versions').select('version').where('part', '=', part).executeTakeFirst();
  return row?.version ?? 0;
}

function refuseNewer(part: string, found: number, known: number): void {
  if (found <= known) return;
  throw new ManifoldError(
    'configuration_invalid',
    `The database was used by a newer release (${part} version ${found}, this one knows ${known}); run that release, or restore a backup made before it with \`manifold restore\`.`,
  );
}
