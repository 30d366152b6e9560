/** What SQLite can keep in a column. */
export type SqliteValue = null | number | bigint | string | NodeJS.ArrayBufferView;

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly SqliteValue[];
}

/** What one statement brought: the rows it returns, or what it changed. */
export interface StatementResult {
  readonly rows: readonly Record<string, unknown>[];
  readonly changes?: bigint;
  readonly lastInsertId?: bigint;
}

/** How the thread opens its database. */
export interface SqliteOptions {
  /** A path, or `:memory:`. */
  readonly file: string;
  /** How long a statement waits for another process that writes. */
  readonly busyMs: number;
  /** Whether the whole file is looked over when its last user did not close it. */
  readonly isCheckedAfterCrash: boolean;
  /** Nothing is made, marked or moved; the file must be there. */
  readonly isReadOnly?: boolean;
}

/** What the thread is sent. */
export type Question = { readonly id: number } & (
  | { readonly kind: 'run'; readonly statements: readonly Statement[]; readonly isAtomic: boolean }
  /** Asks for a number that changes whenever another connection has changed the database. */
  | { readonly kind: 'dataVersion' }
  | { readonly kind: 'close' }
);

/** What the thread sends back; the first message has the id 0 and says that the database is open, or why not. */
export type Answer = { readonly id: number } & (
  | { readonly results: readonly StatementResult[] }
  | { readonly failure: FailureFacts }
);

export interface FailureFacts {
  readonly message: string;
  /** SQLite's primary result code; undefined when the failure is not SQLite's. */
  readonly code: number | undefined;
}
