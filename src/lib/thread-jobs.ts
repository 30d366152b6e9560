import { Worker } from 'node:worker_threads';

/** Does jobs in a thread of its own, one at a time, in the order they were asked for. */
export interface ThreadJobs<Order, Answer> {
  /** Rejects with what `tooExpensive` makes of an order that takes too much, and with `tooMany` where too many wait. */
  run(order: Order): Promise<Answer>;
  close(): Promise<void>;
}

/** What one job may take. */
export interface JobBounds {
  readonly timeoutMs: number;
  readonly heapMegabytes: number;
}

interface Options<Order> extends JobBounds {
  /** Says `'ready'` once it has started, and answers each order with one message. */
  readonly program: string;
  readonly tooExpensive: (order: Order) => Error;
  readonly tooMany: () => Error;
}

interface Job<Order, Answer> {
  readonly order: Order;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  timer: NodeJS.Timeout | undefined;
}

const startTimeoutMs = 10_000;
/** Orders that may wait for the thread. Most take a few milliseconds. */
const mostWaiting = 256;

/** The thread starts with the first order. One that takes too long or too much memory ends it, and the next starts another. */
export function createThreadJobs<Order, Answer extends object>(options: Options<Order>): ThreadJobs<Order, Answer> {
  const { program, tooExpensive, tooMany, timeoutMs, heapMegabytes } = options;
  let thread: Worker | undefined;
  let current: Job<Order, Answer> | undefined;
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
  const allow = (job: Job<Order, Answer>, from: Worker, milliseconds: number) => {
    clearTimeout(job.timer);
    job.timer = setTimeout(
      // Where this thread was busy itself, an answer may have come that nobody has read yet.
      () => setImmediate(() => current === job && giveUp(from)),
      milliseconds,
    );
  };
  const start = () => {
    const started = new Worker(program, {
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
      // What a process is told on its command line is nothing for its threads.
      argv: [],
      execArgv: [],
    });
    started.unref();
    started.on('error', () => giveUp(started));
    started.on('exit', () => giveUp(started));
    started.on('message', (answer: 'ready' | Answer) => {
      // What a thread that was given up still says answers nobody: another order is the current one.
      if (thread !== started) return;
      // A thread needs a moment to start, which is not the order's fault.
      if (answer === 'ready') return current && allow(current, started, timeoutMs);
      const job = current;
      current = undefined;
      clearTimeout(job?.timer);
      job?.resolve(answer);
    });
    return started;
  };
  const runNow = (order: Order): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const isFresh = thread === undefined;
      thread ??= start();
      current = { order, resolve, reject, timer: undefined };
      allow(current, thread, isFresh ? startTimeoutMs : timeoutMs);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      thread.postMessage(order);
    });
  return {
    async run(order) {
      if (waiting >= mostWaiting) throw tooMany();
      waiting++;
      const answer = last.then(() => runNow(order)).finally(() => waiting--);
      last = answer.catch(() => undefined);
      return answer;
    },
    async close() {
      await thread?.terminate();
    },
  };
}
