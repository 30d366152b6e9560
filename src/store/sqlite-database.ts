import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { SqliteFailure, sqliteCode } from './sqlite-failure.ts';
import type { SqliteOptions, Statement, StatementResult } from './sqlite-messages.ts';

/** "MNFD": marks the file as Manifold's. */
const applicationId = 0x4d4e4644;

const mostStatements = 256;

/** A database in the thread that owns it; everything here blocks. */
export interface SqliteDatabase {
  run(statement: Statement): StatementResult;
  /** All statements or none of them. */
  runAtomic(statements: readonly Statement[]): readonly StatementResult[];
  /** Changes whenever another connection has committed. */
  dataVersion(): number;
  /** Closes it; the last one who does moves what the write-ahead log holds into the file. */
  close(): void;
}

/** Opens or makes the file, readable by its owner only. Throws what SQLite throws, or a `SqliteFailure`. */
export function openSqliteDatabase(options: SqliteOptions): SqliteDatabase {
  const { file, busyMs, isCheckedAfterCrash, isReadOnly = false } = options;
  const isKept = file !== ':memory:' && !isReadOnly;
  if (isKept) {
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
  }
  const wasLeftOpen = isKept && sizeOf(`${file}-wal`) > 0;
  const db = new DatabaseSync(file, { timeout: busyMs, readOnly: isReadOnly });
  try {
    // Each commit reaches the disk: what was told to be kept outlives a power cut.
    if (isKept) db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma journal_size_limit = 67108864');
    claim(db, isReadOnly);
    if (wasLeftOpen && isCheckedAfterCrash) lookOver(db);
  } catch (failure) {
    db.close();
    throw failure;
  }

  const prepared = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const statement = prepared.get(sql) ?? db.prepare(sql);
    prepared.delete(sql);
    prepared.set(sql, statement);
    const [oldest] = prepared.keys();
    if (prepared.size > mostStatements && oldest !== undefined) prepared.delete(oldest);
    return statement;
  };

  const run = ({ sql, parameters }: Statement): StatementResult => {
    // Some failures, a full disk for one, have rolled back already.
    if (sql === 'rollback' && !db.isTransaction) return { rows: [] };
    const statement = prepare(sql);
    if (statement.columns().length > 0) return { rows: statement.all(...parameters) };
    const { changes, lastInsertRowid } = statement.run(...parameters);
    return { rows: [], changes: BigInt(changes), lastInsertId: BigInt(lastInsertRowid) };
  };

  return {
    run,
    runAtomic(statements) {
      db.exec('begin immediate');
      try {
        const results = statements.map(run);
        db.exec('commit');
        return results;
      } catch (failure) {
        run({ sql: 'rollback', parameters: [] });
        throw failure;
      }
    },
    dataVersion: () => Number(prepare('pragma data_version').get()?.['data_version']),
    close: () => db.close(),
  };
}

/** Puts Manifold's mark on a new file, and refuses one that is another program's. */
function claim(db: DatabaseSync, isReadOnly: boolean): void {
  // In this order: another process that makes the file at the same time marks it before it makes tables.
  const isEmpty = db.prepare('select count(*) as tables from sqlite_schema').get()?.['tables'] === 0;
  const mark = db.prepare('pragma application_id').get()?.['application_id'];
  if (mark === applicationId) return;
  if (!isEmpty || isReadOnly) {
    throw new SqliteFailure({ message: 'the file belongs to another program', code: sqliteCode.notADatabase });
  }
  db.exec(`pragma application_id = ${applicationId}`);
}

function lookOver(db: DatabaseSync): void {
  const found = String(db.prepare('pragma quick_check(1)').get()?.['quick_check']);
  if (found !== 'ok') throw new SqliteFailure({ message: found, code: sqliteCode.corrupt });
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
