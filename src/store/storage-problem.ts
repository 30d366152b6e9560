import { ManifoldError } from '../errors.ts';
import { SqliteFailure, sqliteCode } from './sqlite-failure.ts';

const retryAfterSeconds = 5;

/**
 * A failure for which the database or its disk is to blame, as `storage_unavailable`: it may be gone a moment later. Any
 * other, which a statement is to blame for, as it was.
 */
export function storageProblem(failure: unknown): unknown {
  if (!(failure instanceof SqliteFailure)) return failure;
  const why = reasonOf(failure.code);
  if (why === undefined) return failure;
  return new ManifoldError('storage_unavailable', `The database cannot be used now: ${why}. Try again later.`, {
    retryAfterSeconds,
    cause: failure,
  });
}

function reasonOf(code: number | undefined): string | undefined {
  switch (code) {
    case sqliteCode.busy:
      return 'another process holds it';
    case sqliteCode.full:
      return 'its disk is full';
    case sqliteCode.readOnly:
      return 'it may not be written';
    case sqliteCode.io:
      return 'its disk fails';
    case sqliteCode.corrupt:
    case sqliteCode.notADatabase:
      return 'it is damaged';
    case sqliteCode.cannotOpen:
      return 'it cannot be opened';
    case undefined:
      return 'its thread has ended';
    default:
      return undefined;
  }
}
