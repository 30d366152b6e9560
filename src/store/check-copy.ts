import { ManifoldError } from '../errors.ts';
import { startSqliteClient } from './sqlite-client.ts';

/** What a copy of a store holds: the version of each part's tables. */
export type PartVersions = ReadonlyMap<string, number>;

/**
 * Looks over every page of a file, in a thread, without changing it. Throws `configuration_invalid` when it is not whole
 * or not a store, calling it by `name`.
 */
export async function checkCopy(file: string, name: string): Promise<PartVersions> {
  const unusable = (cause: unknown) => {
    const said = cause instanceof Error ? cause.message : String(cause);
    return new ManifoldError(
      'configuration_invalid',
      `The file ${name} is no whole copy of a database of Manifold: ${said}.`,
      {
        cause,
      },
    );
  };
  const client = await startSqliteClient({ file, busyMs: 0, isCheckedAfterCrash: false, isReadOnly: true }).catch(
    (failure: unknown) => {
      throw unusable(failure);
    },
  );
  try {
    const [check, versions] = await client.run([
      { sql: 'pragma integrity_check(1)', parameters: [] },
      { sql: 'select part, version from schema_versions', parameters: [] },
    ]);
    const found = String(check?.rows[0]?.['integrity_check']);
    if (found !== 'ok') throw new Error(found);
    return new Map(versions?.rows.map(({ part, version }) => [String(part), Number(version)]));
  } catch (failure) {
    throw unusable(failure);
  } finally {
    await client.close();
  }
}
