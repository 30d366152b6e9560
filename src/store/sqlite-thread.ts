import { parentPort, workerData } from 'node:worker_threads';
import { openSqliteDatabase, type SqliteDatabase } from './sqlite-database.ts';
import { failureFacts } from './sqlite-failure.ts';
import type { Answer, Question, SqliteOptions, StatementResult } from './sqlite-messages.ts';

/** The thread that owns the database: one question after the other, each answered once. */
function serve(port: NonNullable<typeof parentPort>): void {
  const answer = (message: Answer) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
    port.postMessage(message);
  };
  let database: SqliteDatabase;
  try {
    database = openSqliteDatabase(workerData as SqliteOptions);
  } catch (failure) {
    return answer({ id: 0, failure: failureFacts(failure) });
  }
  answer({ id: 0, results: [] });
  port.on('message', (question: Question) => {
    try {
      answer({ id: question.id, results: resultsOf(question, database) });
    } catch (failure) {
      answer({ id: question.id, failure: failureFacts(failure) });
    }
    if (question.kind === 'close') port.close();
  });
}

function resultsOf(question: Question, database: SqliteDatabase): readonly StatementResult[] {
  switch (question.kind) {
    case 'run':
      return question.isAtomic
        ? database.runAtomic(question.statements)
        : question.statements.map((statement) => database.run(statement));
    case 'dataVersion':
      return [{ rows: [{ version: database.dataVersion() }] }];
    case 'close':
      database.close();
      return [];
    default:
      return question satisfies never;
  }
}

if (parentPort) serve(parentPort);
