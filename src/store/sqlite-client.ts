import { Worker } from 'node:worker_threads';
import { programFile } from '../lib/program-file.ts';
import { SqliteFailure } from './sqlite-failure.ts';
import type { Answer, Question, SqliteOptions, Statement, StatementResult } from './sqlite-messages.ts';

/** One thread with one connection to the database. Everything rejects with a `SqliteFailure`. */
export interface SqliteClient {
  /** False once the thread has ended; a transaction that was open in it is rolled back. */
  readonly isAlive: boolean;
  /** Runs the statements one after the other; `isAtomic`: all or none of them. */
  run(statements: readonly Statement[], isAtomic?: boolean): Promise<readonly StatementResult[]>;
  /** A number that changes whenever another connection has changed the database. */
  dataVersion(): Promise<number>;
  /** Ends the thread after everything it was asked for. */
  close(): Promise<void>;
}

type Body<Q = Question> = Q extends Question ? Omit<Q, 'id'> : never;

interface Waiting {
  readonly resolve: (results: readonly StatementResult[]) => void;
  readonly reject: (failure: SqliteFailure) => void;
}

/** Starts the thread; resolves once the database is open. The process may end while nothing is asked. */
export async function startSqliteClient(options: SqliteOptions): Promise<SqliteClient> {
  const thread = new Worker(programFile('./sqlite-thread', import.meta.url), {
    workerData: options,
    // What Node says of every process that uses its SQLite, on the console of a person who cannot change it.
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const waiting = new Map<number, Waiting>();
  let isAlive = true;
  let isClosing = false;
  let lastId = 0;

  const end = (message: string) => {
    isAlive = false;
    for (const { reject } of waiting.values()) reject(new SqliteFailure({ message, code: undefined }));
    waiting.clear();
  };
  const wait = (id: number) => {
    if (waiting.size === 0) thread.ref();
    return new Promise<readonly StatementResult[]>((resolve, reject) => waiting.set(id, { resolve, reject }));
  };
  thread.on('message', (answer: Answer) => {
    const asker = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0 && !isClosing) thread.unref();
    if ('results' in answer) asker?.resolve(answer.results);
    else asker?.reject(new SqliteFailure(answer.failure));
  });
  thread.on('error', (failure) => end(`The thread of the database failed: ${failure.message}`));
  const exited = new Promise<void>((resolve) => {
    thread.on('exit', () => {
      end('The thread of the database has ended.');
      resolve();
    });
  });

  const ask = (body: Body) => {
    if (!isAlive) {
      return Promise.reject(new SqliteFailure({ message: 'The database is closed.', code: undefined }));
    }
    const id = ++lastId;
    const answered = wait(id);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    thread.postMessage({ ...body, id } satisfies Question);
    return answered;
  };

  await wait(0).catch(async (failure: unknown) => {
    await thread.terminate();
    throw failure;
  });
  return {
    get isAlive() {
      return isAlive;
    },
    run: (statements, isAtomic = false) => ask({ kind: 'run', statements, isAtomic }),
    async dataVersion() {
      const [result] = await ask({ kind: 'dataVersion' });
      return Number(result?.rows[0]?.['version']);
    },
    async close() {
      if (!isAlive) return;
      isClosing = true;
      try {
        await ask({ kind: 'close' });
      } finally {
        isAlive = false;
        await exited;
      }
    },
  };
}
