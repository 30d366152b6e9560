import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { SqliteClient } from './sqlite-client.ts';
import type { SqliteValue, Statement, StatementResult } from './sqlite-messages.ts';
import { storageProblem } from './storage-problem.ts';

/** Kysely over the thread. Kysely itself lets one query or transaction at a time use the one connection. */
export function createDialect(client: () => Promise<SqliteClient>): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createDriver: () => createDriver(client),
  };
}

function createDriver(client: () => Promise<SqliteClient>): Driver {
  const say = async (connection: DatabaseConnection, sql: string) => {
    await connection.executeQuery(CompiledQuery.raw(sql));
  };
  return {
    init: async () => undefined,
    // Bound to one thread: where that ends within a transaction, the rest must not run in the next.
    acquireConnection: async () => connectionOf(await client()),
    // At once for writing: a transaction that reads first and is overtaken by another process could not go on.
    beginTransaction: (connection) => say(connection, 'begin immediate'),
    commitTransaction: (connection) => say(connection, 'commit'),
    rollbackTransaction: (connection) => say(connection, 'rollback'),
    releaseConnection: async () => undefined,
    destroy: async () => undefined,
  };
}

function connectionOf(client: SqliteClient): DatabaseConnection {
  return {
    async executeQuery<R>(query: CompiledQuery) {
      const [result] = await client.run([statementOf(query)]).catch((failure: unknown) => {
        throw storageProblem(failure);
      });
      return queryResult<R>(result);
    },
    streamQuery() {
      throw new Error('Rows are not streamed out of the thread; ask for them in pages.');
    },
  };
}

/** A query as the thread takes it. */
export function statementOf({ sql, parameters }: CompiledQuery): Statement {
  return {
    sql,
    parameters: parameters.map((value) => (typeof value === 'boolean' ? Number(value) : value) as SqliteValue),
  };
}

export function queryResult<R>(result: StatementResult | undefined): QueryResult<R> {
  return {
    rows: (result?.rows ?? []) as R[],
    ...(result?.changes !== undefined && { numAffectedRows: result.changes }),
    ...(result?.lastInsertId !== undefined && { insertId: result.lastInsertId }),
  };
}
