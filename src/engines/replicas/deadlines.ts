import { ManifoldError } from '../../errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ReplicaPolicy } from './policy.ts';

/** What the deadlines of one attempt follow from. */
export interface DeadlineParts {
  readonly timeouts: ReplicaPolicy['timeouts'];
  /** When the whole answer has to be there, on the clock. */
  readonly deadlineAt: number;
  readonly clock: Clock;
}

/** One timer for a stream: it is set when it may be due and not for each event. */
export function createDeadlines({ timeouts, deadlineAt, clock }: DeadlineParts) {
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
