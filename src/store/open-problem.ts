import { ManifoldError } from '../errors.ts';
import { SqliteFailure, sqliteCode } from './sqlite-failure.ts';

/** Why a database cannot be opened, as an error that names the file and the fix. */
export function openProblem(file: string, failure: unknown): ManifoldError {
  const facts = failure instanceof SqliteFailure ? failure : undefined;
  const said = failure instanceof Error ? failure.message : String(failure);
  return new ManifoldError(
    'configuration_invalid',
    `The database ${file} cannot be used: ${said}. ${fixFor(facts?.code)}`,
    {
      cause: failure,
    },
  );
}

function fixFor(code: number | undefined): string {
  switch (code) {
    case sqliteCode.corrupt:
    case sqliteCode.notADatabase:
      return 'Put a backup in its place with `manifold restore <file>`, or move it away to begin anew.';
    case sqliteCode.full:
      return 'The disk is full; make room.';
    case sqliteCode.busy:
      return 'Another process holds it; end that process or wait for it.';
    default:
      return 'Make the state directory and the files in it writable, on a local disk, or choose another with --state-dir.';
  }
}
