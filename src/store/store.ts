import { closeSync, openSync } from 'node:fs';
import { type CompiledQuery, Kysely, type QueryResult, sql } from 'kysely';
import { createDialect, queryResult, statementOf } from './dialect.ts';
import { watchForeignChanges } from './foreign-changes.ts';
import { keepClient } from './kept-client.ts';
import { migrate, type Migration } from './migrate.ts';
import { openProblem } from './open-problem.ts';
import { startSqliteClient } from './sqlite-client.ts';
import { storageProblem } from './storage-problem.ts';

/**
 * One database for all parts that keep something, each with tables of its own. No call of it holds the event loop. Each
 * rejects with `storage_unavailable` while the database cannot be used.
 */
export interface Store {
  /**
   * The database as one part sees it. A transaction (`db.transaction()`) has the connection for itself until it ends:
   * inside it use only what it hands over, or it waits for itself.
   */
  db<Tables>(): Kysely<Tables>;
  /**
   * The same for questions that may take long, and for nothing else: they have a thread of their own, so that nobody waits
   * for them who asks for something else. They see what was written before they were asked.
   */
  reader<Tables>(): Kysely<Tables>;
  /**
   * Brings a part's tables to the newest version: the n-th migration makes version n. Call it before using them.
   * Throws `configuration_invalid` when a newer release has been here.
   */
  migrate(part: string, migrations: readonly Migration[]): Promise<void>;
  /** Runs compiled queries in one transaction, all or none, with a single message to the thread: the fast way to write. */
  batch(queries: readonly CompiledQuery[]): Promise<readonly QueryResult<unknown>[]>;
  /**
   * Calls `listener` within a quarter of a second after another process changed anything: listen first, then read. The
   * result ends that.
   */
  onForeignChange(listener: () => void): () => void;
  /**
   * Writes a whole copy of the database, as of now, into a file that does not exist yet and that only its owner can read.
   * Others may go on writing. Throws what the file system says when the file cannot be made.
   */
  copyTo(file: string): Promise<void>;
  /** Ends after everything that was asked for. */
  close(): Promise<void>;
}

interface StoreOptions {
  /** A path on a local disk, made with mode 0600 if it is not there; `:memory:` for a store that ends with the process. */
  readonly file: string;
  /** How long a statement waits for another process that writes. */
  readonly busyMs?: number;
  /** Whether a file that was not closed is looked over first: minutes for the largest. Default: false. */
  readonly isCheckedAfterCrash?: boolean;
  /** How often changes by others are looked for. */
  readonly lookEveryMs?: number;
}

/**
 * Opens a store; its SQLite runs in one thread of its own. Several processes may open the same file. Throws
 * `configuration_invalid` naming the file and the fix when it cannot be used.
 */
export async function openStore({
  file,
  busyMs = 5000,
  isCheckedAfterCrash = false,
  lookEveryMs = 250,
}: StoreOptions): Promise<Store> {
  const start = () => startSqliteClient({ file, busyMs, isCheckedAfterCrash });
  const first = await start().catch((failure: unknown) => {
    throw openProblem(file, failure);
  });
  // What is in memory is gone with its thread, and no other can see it.
  const isInMemory = file === ':memory:';
  const main = keepClient(isInMemory ? async () => first : start, first);
  const reading = keepClient(() => startSqliteClient({ file, busyMs, isCheckedAfterCrash: false, isReadOnly: true }));
  const kysely = new Kysely<unknown>({ dialect: createDialect(() => main.get()) });
  const readers = isInMemory ? kysely : new Kysely<unknown>({ dialect: createDialect(() => reading.get()) });
  const changes = watchForeignChanges({ client: () => main.get(), everyMs: lookEveryMs });
  let isClosed = false;

  return {
    db: <Tables>() => kysely as unknown as Kysely<Tables>,
    reader: <Tables>() => readers as unknown as Kysely<Tables>,
    migrate: (part, migrations) => migrate(kysely, part, migrations),
    batch: (queries) =>
      // Holding Kysely's connection keeps the batch out of other transactions.
      kysely.connection().execute(async () => {
        const results = await (await main.get()).run(queries.map(statementOf), true).catch((failure: unknown) => {
          throw storageProblem(failure);
        });
        return results.map((result) => queryResult<unknown>(result));
      }),
    onForeignChange: (listener) => changes.listen(listener),
    async copyTo(target) {
      // SQLite fills a file that is empty; one that it made could be read by others until it is whole.
      closeSync(openSync(target, 'ax', 0o600));
      await sql`vacuum into ${target}`.execute(kysely);
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      changes.stop();
      await readers.destroy();
      // The last to close moves what the write-ahead log holds, which a reader cannot.
      await reading.close();
      await kysely.destroy();
      await main.close();
    },
  };
}
