import { closeSync, openSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { ManifoldError } from '../errors.ts';

/** SQLite's code for a file that another process has locked. */
const busy = 5;
/** Who looks whether a file is held shares it for a moment. */
const lookMs = 200;

/**
 * Locks a file until the result is called or the process ends, however it does: the kernel keeps the lock, by the file
 * alone. So it holds between containers that share a directory, where numbers of processes say nothing. Undefined where
 * another process has it. It is a lock of SQLite, since Node by itself has none.
 */
export function holdFile(path: string): (() => void) | undefined {
  try {
    makePrivate(path);
    const database = new (loadSqlite().DatabaseSync)(path, { timeout: lookMs });
    try {
      // Nothing is ever written, so there is nothing to keep a journal of.
      database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      return () => database.close();
    } catch (failure) {
      database.close();
      throw failure;
    }
  } catch (cause) {
    if (isBusy(cause)) return undefined;
    throw new ManifoldError(
      'configuration_invalid',
      `The lock ${path} cannot be used (${cause instanceof Error ? cause.message : String(cause)}); a state directory has to be on a local disk.`,
      { cause },
    );
  }
}

/** Whether a file is held, be it in another container. One that cannot be looked at counts as free. */
export function isFileHeld(path: string): boolean {
  try {
    const database = new (loadSqlite().DatabaseSync)(path, { readOnly: true, timeout: 0 });
    try {
      database.prepare('SELECT name FROM sqlite_schema').get();
      return false;
    } finally {
      database.close();
    }
  } catch (failure) {
    return isBusy(failure);
  }
}

function isBusy(failure: unknown): boolean {
  return failure instanceof Error && 'errcode' in failure && failure.errcode === busy;
}

/** Opens no file that is there: closing it would end the locks that this process has on it. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== 'EEXIST') throw failure;
  }
}

/** Some releases of Node warn of it, which says nothing to who starts a server. */
function loadSqlite(): { readonly DatabaseSync: typeof DatabaseSync } {
  const warn = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = warn;
  }
}
