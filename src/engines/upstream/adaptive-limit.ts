import { ManifoldError } from '../../errors.ts';

/** How many requests run at once towards a server that does not say how many it takes. */
export interface AdaptiveLimit {
  /**
   * Waits for a place; throws the signal's reason when it is aborted before, `rate_limit_exceeded` while the server asks
   * for a longer pause than anyone waits for, and `engine_overloaded` when none was free in time. Call what it resolves
   * with, once. Default of `waitMs`: as long as anyone waits.
   */
  acquire(signal: AbortSignal, waitMs?: number): Promise<Release>;
  readonly limit: number;
  readonly running: number;
  /** Whether one more would have to wait. */
  readonly isFull: boolean;
}

/** Gives the place back. `refused`: the server had no room, and may have said for how long. */
export type Release = (outcome: 'answered' | 'refused' | 'failed', pauseMs?: number) => void;

const bounds = { first: 4, least: 1, most: 256 } as const;
/** Refusals that come together are one sign, not many. */
const onceWithinMs = 1000;
/** Longer pauses are the client's to wait for. */
const longestWaitedPauseMs = 10_000;
/** What a server may ask for at most: one that says hours may have room again long before. */
const longestPauseMs = 300_000;

/**
 * Additive increase, multiplicative decrease: each answer raises the limit by its share of one, each refusal halves
 * it, and pauses new requests as long as the server asks for, up to five minutes. Those that wait go in their order.
 */
export function createAdaptiveLimit({
  now = () => performance.now(),
  longestWaitMs = 60_000,
}: { readonly now?: () => number; readonly longestWaitMs?: number | undefined } = {}): AdaptiveLimit {
  let limit: number = bounds.first;
  let running = 0;
  let pausedUntil = 0;
  let lastCut = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  const waiting: { readonly enter: () => void; readonly refuse: (reason: unknown) => void }[] = [];

  /** Nobody waits for its end: a process that is to stop would. */
  const forgetPause = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const wake = () => {
    const pause = pausedUntil - now();
    if (pause > longestWaitedPauseMs) for (const { refuse } of waiting.splice(0)) refuse(pausedFor(pause));
    if (waiting.length === 0) return forgetPause();
    if (pause > 0) {
      timer ??= setTimeout(() => {
        timer = undefined;
        wake();
      }, pause);
      return;
    }
    while (running < Math.floor(limit) && waiting.length > 0) {
      running++;
      waiting.shift()?.enter();
    }
  };

  const release = (): Release => {
    let isHeld = true;
    return (outcome, pauseMs = 0) => {
      if (!isHeld) return;
      isHeld = false;
      running--;
      if (outcome === 'answered') limit = Math.min(bounds.most, limit + 1 / limit);
      if (outcome === 'refused') {
        if (now() - lastCut >= onceWithinMs) limit = Math.max(bounds.least, limit / 2);
        lastCut = now();
        pausedUntil = Math.max(pausedUntil, now() + Math.min(longestPauseMs, pauseMs));
      }
      wake();
    };
  };

  return {
    get limit() {
      return Math.floor(limit);
    },
    get running() {
      return running;
    },
    get isFull() {
      return running >= Math.floor(limit) || waiting.length > 0 || pausedUntil > now();
    },
    acquire: (signal, waitMs = longestWaitMs) =>
      new Promise((resolve, reject) => {
        const settle = () => {
          clearTimeout(patience);
          signal.removeEventListener('abort', onAbort);
        };
        const refuse = (reason: unknown) => {
          settle();
          reject(reason);
        };
        const enter = () => {
          settle();
          resolve(release());
        };
        const one = { enter, refuse };
        const giveUp = (reason: unknown) => {
          const at = waiting.indexOf(one);
          if (at >= 0) waiting.splice(at, 1);
          if (waiting.length === 0) forgetPause();
          refuse(reason);
        };
        const onAbort = () => giveUp(signal.reason);
        // No deadline of the answer may pass here: the server would be blamed, which was never asked.
        const patience = Number.isFinite(waitMs) ? setTimeout(() => giveUp(noPlace()), waitMs) : undefined;
        if (signal.aborted) return onAbort();
        signal.addEventListener('abort', onAbort, { once: true });
        waiting.push(one);
        wake();
      }),
  };
}

function pausedFor(ms: number): ManifoldError {
  return new ManifoldError(
    'rate_limit_exceeded',
    'The engine of this model takes no more requests for now; try again later.',
    {
      retryAfterSeconds: Math.ceil(ms / 1000),
    },
  );
}

function noPlace(): ManifoldError {
  return new ManifoldError(
    'engine_overloaded',
    'The engine of this model had no place in time for the request; try again shortly.',
    { retryAfterSeconds: 5 },
  );
}
