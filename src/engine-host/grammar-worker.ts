import { Worker } from 'node:worker_threads';
import { ManifoldError, type ErrorCode } from '../errors.ts';
import { programFile } from '../lib/program-file.ts';
import type { GrammarOrder, WrittenGrammar } from './write-grammar.ts';

/** Writes grammars in a thread of its own, one at a time, in the order they were asked for. */
export interface GrammarWorker {
  /**
   * Rejects with the ManifoldError that writing throws, with 400 `unsupported_schema` when it takes too much, and with
   * 503 `engine_overloaded` when too many wait already.
   */
  write(order: GrammarOrder): Promise<WrittenGrammar>;
  close(): Promise<void>;
}

/** What the thread sends back. */
export type GrammarAnswer =
  /** That it has started. */
  | 'ready'
  | { readonly written: WrittenGrammar }
  | {
      readonly error: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly param: string | undefined;
        readonly cause: string | undefined;
      };
    };

interface Bounds {
  readonly timeoutMs: number;
  readonly heapMegabytes: number;
}

interface Job {
  readonly order: GrammarOrder;
  readonly resolve: (written: WrittenGrammar) => void;
  readonly reject: (error: ManifoldError) => void;
  timer: NodeJS.Timeout | undefined;
}

const startTimeoutMs = 10_000;
/** Orders that may wait for the thread. Most take a few milliseconds, and answers wait for slots anyway. */
const mostWaiting = 256;

/** What one grammar may take; the work behind it is bounded too, so that this is for what nobody thought of. */
const defaultBounds: Bounds = { timeoutMs: 2000, heapMegabytes: 96 };

/** The thread starts with the first order. One that takes too long or too much memory ends it, and the next starts another. */
export function createGrammarWorker({ timeoutMs, heapMegabytes }: Bounds = defaultBounds): GrammarWorker {
  let thread: Worker | undefined;
  let current: Job | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  /** The thread works no more, or is not wanted any more: whoever waits for it is told. */
  const giveUp = (from: Worker) => {
    if (thread !== from) return;
    thread = undefined;
    void from.terminate();
    const job = current;
    current = undefined;
    clearTimeout(job?.timer);
    job?.reject(tooExpensive(job.order));
  };
  const allow = (job: Job, from: Worker, milliseconds: number) => {
    clearTimeout(job.timer);
    job.timer = setTimeout(
      // Where this thread was busy itself, an answer may have come that nobody has read yet.
      () => setImmediate(() => current === job && giveUp(from)),
      milliseconds,
    );
  };
  const start = () => {
    const started = new Worker(programFile('./grammar-thread', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
      // What an engine host is told on its command line is nothing for its threads.
      argv: [],
      execArgv: [],
    });
    started.unref();
    started.on('error', () => giveUp(started));
    started.on('exit', () => giveUp(started));
    started.on('message', (answer: GrammarAnswer) => {
      // What a thread that was given up still says answers nobody: another order is the current one.
      if (thread !== started) return;
      // A thread needs a moment to start, which is not the grammar's fault.
      if (answer === 'ready') return current && allow(current, started, timeoutMs);
      const job = current;
      current = undefined;
      clearTimeout(job?.timer);
      if ('written' in answer) return job?.resolve(answer.written);
      const { code, message, param, cause } = answer.error;
      job?.reject(new ManifoldError(code, message, { param, cause }));
    });
    return started;
  };
  const run = (order: GrammarOrder): Promise<WrittenGrammar> =>
    new Promise((resolve, reject) => {
      const isFresh = thread === undefined;
      thread ??= start();
      current = { order, resolve, reject, timer: undefined };
      allow(current, thread, isFresh ? startTimeoutMs : timeoutMs);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      thread.postMessage(order);
    });
  return {
    async write(order) {
      if (waiting >= mostWaiting) throw tooMany();
      waiting++;
      const written = last.then(() => run(order)).finally(() => waiting--);
      last = written.catch(() => undefined);
      return written;
    },
    async close() {
      await thread?.terminate();
    },
  };
}

function tooExpensive({ output }: GrammarOrder): ManifoldError {
  const param = output?.param ?? 'tools';
  const message = `\`${param}\` takes too much time or memory to be turned into a grammar; make it simpler.`;
  return new ManifoldError('unsupported_schema', message, { param });
}

function tooMany(): ManifoldError {
  return new ManifoldError('engine_overloaded', 'Too many grammars wait to be written; try again shortly.', {
    retryAfterSeconds: 1,
  });
}
