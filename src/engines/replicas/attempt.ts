import { toManifoldError } from '../../errors.ts';
import { answerLeft } from '../incomplete-answer.ts';
import { createDeadlines, type DeadlineParts } from './deadlines.ts';
import type { VisitEnd } from './member.ts';

/** One request on one replica: its stream under deadlines. `next` rejects at once when one passes or nobody waits. */
export interface Attempt<T> {
  next(): Promise<IteratorResult<T>>;
  /** Content came: from now on the time between events counts. */
  answered(): void;
  /** All that matters has come; the rest may take this long. */
  expectEnd(withinMs: number): void;
  /** Ends it, once: stops the engine's work unless it is done, and tells `onEnd`. */
  end(how: VisitEnd): void;
}

export interface AttemptOptions<T> extends DeadlineParts {
  /** `onWait` as a caller's: while the request waits for a place, only the deadline of the whole answer counts. */
  readonly open: (signal: AbortSignal, onWait: () => () => void) => Promise<AsyncIterable<T>>;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Told once how it ended, whatever way that is: also when it is never read. */
  readonly onEnd: (how: VisitEnd) => void;
}

/** Resolves when the replica accepted the request, else rejects with why not and is over. */
export async function startAttempt<T>(options: AttemptOptions<T>): Promise<Attempt<T>> {
  const { open, signal, onEnd } = options;
  const controller = new AbortController();
  const deadlines = createDeadlines(options);
  let iterator: AsyncIterator<T> | undefined;
  let fail: ((reason: unknown) => void) | undefined;
  let isDone = false;
  let isOver = false;

  const end = (how: VisitEnd) => {
    if (isOver) return;
    isOver = true;
    signal.removeEventListener('abort', onAbort);
    deadlines.stop();
    if (!isDone) {
      controller.abort(signal.aborted ? signal.reason : answerLeft());
      void iterator?.return?.().catch(() => undefined);
      fail?.(controller.signal.reason);
    }
    onEnd(how);
  };
  function onAbort(): void {
    end('left');
  }
  /** The promise's outcome, or the failure that ends the attempt before. */
  const orEnded = <R>(promise: Promise<R>) =>
    new Promise<R>((resolve, reject) => {
      fail = reject;
      promise.then(resolve, reject);
    });

  signal.addEventListener('abort', onAbort, { once: true });
  deadlines.start((error) => fail?.(error));
  const opening = open(controller.signal, () => deadlines.suspend());
  let stream: AsyncIterator<T>;
  try {
    deadlines.waiting();
    stream = (await orEnded(opening))[Symbol.asyncIterator]();
    iterator = stream;
    deadlines.arrived();
  } catch (failure) {
    end(toManifoldError(failure));
    // One that accepts after all is told that nobody waits.
    void opening.then(leave).catch(() => undefined);
    throw failure;
  }
  // It was ended between the acceptance and now.
  if (isOver) void stream.return?.().catch(() => undefined);
  // One `next()` at a time: nothing is made anew for each event.
  let resolve: ((result: IteratorResult<T>) => void) | undefined;
  const onResult = (result: IteratorResult<T>) => {
    deadlines.arrived();
    isDone = result.done === true;
    resolve?.(result);
  };
  const ask = (onSettled: NonNullable<typeof resolve>, onRejected: NonNullable<typeof fail>) => {
    resolve = onSettled;
    fail = onRejected;
    void stream.next().then(onResult, onRejected);
  };

  return {
    next() {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (isOver) return Promise.reject(answerLeft());
      deadlines.waiting();
      return new Promise(ask);
    },
    answered: () => deadlines.answered(),
    expectEnd: (withinMs) => deadlines.shorten(withinMs),
    end,
  };
}

async function leave(stream: AsyncIterable<unknown>): Promise<void> {
  await stream[Symbol.asyncIterator]().return?.();
}
