import { parentPort, Worker, type WorkerOptions } from 'node:worker_threads';

/** A thread that is asked one thing or another, several at a time. */
export interface QuestionThread<Question, Answer> {
  /** Rejects when the thread ends before it has answered. `moved`: memory of the question that the thread gets for its own. */
  ask(question: Question, moved?: readonly ArrayBuffer[]): Promise<Answer>;
  close(): Promise<void>;
}

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (cause: unknown) => void;
}

/** The thread starts with the first question, and anew with the next one after it has ended. It keeps no process alive. */
export function createQuestionThread<Question, Answer>(
  program: string,
  options: WorkerOptions,
): QuestionThread<Question, Answer> {
  const waiting = new Map<number, Waiting<Answer>>();
  let thread: Worker | undefined;
  let lastId = 0;

  const start = (): Worker => {
    const started = new Worker(program, options);
    started.unref();
    started.on('message', ({ id, answer }: { readonly id: number; readonly answer: Answer }) => {
      waiting.get(id)?.resolve(answer);
      waiting.delete(id);
    });
    const failAll = (cause: unknown) => {
      // It says that it failed and then that it ended, which is no matter of the one after it.
      if (thread !== started) return;
      thread = undefined;
      for (const { reject } of waiting.values()) reject(cause);
      waiting.clear();
    };
    started.on('error', failAll);
    started.on('exit', () => failAll(new Error('The thread ended before it had answered.')));
    return started;
  };

  return {
    ask(question, moved = []) {
      thread ??= start();
      const id = ++lastId;
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      waiting.set(id, { resolve, reject });
      thread.postMessage({ id, question }, moved);
      return promise;
    },
    async close() {
      await thread?.terminate();
    },
  };
}

/** What such a thread runs: answers each question, which must not throw. */
export function answerQuestions(answer: (question: never) => object): void {
  parentPort?.on('message', ({ id, question }: { readonly id: number; readonly question: never }) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
    parentPort?.postMessage({ id, answer: answer(question) });
  });
}
