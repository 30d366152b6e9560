import { ManifoldError, toManifoldError } from '../../errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { answerLeft } from '../incomplete-answer.ts';
import type { VisitEnd } from './member.ts';
import type { ReplicaPolicy } from './policy.ts';

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

export interface AttemptOptions<T> {
  /** `onWait` as a caller's: while the request waits for a place, only the deadline of the whole answer counts. */
  readonly open: (signal: AbortSignal, onWait: () => () => void) => Promise<AsyncIterable<T>>;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  readonly timeouts: ReplicaPolicy['timeouts'];
  /** When the whole answer has to be there, on the clock. */
  readonly deadlineAt: number;
  readonly clock: Clock;
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

/** One timer for a stream: it is set when it may be due and not for each event. */
function createDeadlines({
  timeouts,
  deadlineAt,
  clock,
}: Pick<AttemptOptions<unknown>, 'timeouts' | 'deadlineAt' | 'clock'>) {
  let startedAt = clock.now();
  let betweenMs = timeouts.betweenTokensMs;
  let hasAnswered = false;
  /** Since when an event is waited for: a reader that is slow is not the engine's fault. */
  let since: number | undefined;
  /** Waits for a place that have not ended, of requests that make up this one. */
  let waits = 0;
  let suspendedAt = 0;
  let isStopped = false;
  let callOff: (() => void) | undefined;
  let onExpired: (error: ManifoldError) => void = () => undefined;

  const nextAt = () =>
    waits > 0 ? Infinity : hasAnswered ? (since ?? startedAt) + betweenMs : startedAt + timeouts.firstTokenMs;
  const check = () => {
    callOff = undefined;
    if (since === undefined) return;
    const now = clock.now();
    if (now >= deadlineAt) return onExpired(late('engine_total_timeout', 'The answer took longer than it may.'));
    if (now < nextAt()) return arm();
    return onExpired(
      hasAnswered
        ? late('engine_token_timeout', 'The engine stopped in the middle of the answer.')
        : late('engine_first_token_timeout', 'The engine did not begin to answer in time.'),
    );
  };
  const arm = () => {
    const at = Math.min(deadlineAt, nextAt());
    if (Number.isFinite(at)) callOff = clock.after(Math.max(0, at - clock.now()), check);
  };
  /** What is due next may be due sooner: the next wait sets the timer again. */
  const disarm = () => {
    callOff?.();
    callOff = undefined;
  };
  return {
    start: (expired: typeof onExpired) => void (onExpired = expired),
    waiting() {
      since = clock.now();
      if (!callOff) arm();
    },
    arrived: () => void (since = undefined),
    answered() {
      hasAnswered = true;
      disarm();
    },
    shorten(ms: number) {
      betweenMs = Math.min(betweenMs, ms);
      disarm();
    },
    suspend() {
      if (waits++ === 0) suspendedAt = clock.now();
      return () => {
        if (--waits > 0 || isStopped) return;
        const waitedMs = clock.now() - suspendedAt;
        startedAt += waitedMs;
        // What began to be awaited meanwhile counts from now.
        if (since !== undefined) since = Math.min(clock.now(), since + waitedMs);
        disarm();
        if (since !== undefined) arm();
      };
    },
    stop() {
      isStopped = true;
      disarm();
    },
  };
}

function late(
  code: 'engine_first_token_timeout' | 'engine_token_timeout' | 'engine_total_timeout',
  what: string,
): ManifoldError {
  return new ManifoldError(code, `${what} Try again, or ask for less.`);
}
