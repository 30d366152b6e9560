import type { SqliteClient } from './sqlite-client.ts';
import { SqliteFailure } from './sqlite-failure.ts';
import { storageProblem } from './storage-problem.ts';

/** A thread with the database, as long as the store is open. */
export interface KeptClient {
  /** The thread: a new one where it has ended. Rejects with `storage_unavailable` when that cannot be. */
  get(): Promise<SqliteClient>;
  /** Ends it, if there is one, after everything it was asked for; there is none after that. */
  close(): Promise<void>;
}

/** `first`: the thread there is; absent: one is started when it is asked for. */
export function keepClient(start: () => Promise<SqliteClient>, first?: SqliteClient): KeptClient {
  let current = first;
  let starting: Promise<SqliteClient> | undefined;
  let isClosed = false;
  return {
    async get() {
      if (current && (current.isAlive || isClosed)) return current;
      if (isClosed) throw storageProblem(new SqliteFailure({ message: 'The database is closed.', code: undefined }));
      starting ??= start()
        .catch((failure: unknown) => {
          throw storageProblem(failure);
        })
        .finally(() => (starting = undefined));
      return (current = await starting);
    },
    async close() {
      isClosed = true;
      await ((await starting?.catch(() => undefined)) ?? current)?.close();
    },
  };
}
