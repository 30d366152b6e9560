import type { FailureFacts } from './sqlite-messages.ts';

/** SQLite's primary result codes that are told apart (https://www.sqlite.org/rescode.html). */
export const sqliteCode = {
  error: 1,
  busy: 5,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  constraint: 19,
  mismatch: 20,
  notADatabase: 26,
} as const;

/** A statement that failed, as SQLite said it. The message may hold values of the statement: never for clients. */
export class SqliteFailure extends Error {
  override readonly name = 'SqliteFailure';
  /** The primary result code; undefined when the thread itself failed. */
  readonly code: number | undefined;

  constructor({ message, code }: FailureFacts) {
    super(message);
    this.code = code;
  }
}

/** Any failure in the thread, made fit for sending. */
export function failureFacts(failure: unknown): FailureFacts {
  if (!(failure instanceof Error)) return { message: String(failure), code: undefined };
  const extended = 'errcode' in failure && typeof failure.errcode === 'number' ? failure.errcode : undefined;
  // The low byte is the primary code; the rest tells its kinds apart.
  return { message: failure.message, code: extended === undefined ? undefined : extended & 0xff };
}
