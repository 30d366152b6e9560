import { ManifoldError } from '../../errors.ts';
import { staged } from '../../lib/staged.ts';
import type { Caller } from '../engine.ts';
import type { AdaptiveLimit, Release } from './adaptive-limit.ts';

const busy: ReadonlySet<unknown> = new Set(['rate_limit_exceeded', 'engine_overloaded']);

/** How a request waits for a place: at most so long, and `onWait` as a caller's. */
export interface Waiting {
  readonly onWait?: Caller['onWait'] | undefined;
  /** Default: as long as anyone waits. */
  readonly waitMs?: number | undefined;
}

/** Opens a stream in a place of the limit, which it keeps until it ends, however it does. */
export async function limited<T>(
  limit: AdaptiveLimit,
  open: () => Promise<AsyncIterable<T>>,
  signal: AbortSignal,
  { onWait, waitMs }: Waiting = {},
): Promise<AsyncIterable<T>> {
  const release = await limit.acquire(signal, waitMs).finally(onWait?.());
  const onAbort = () => release('failed');
  signal.addEventListener('abort', onAbort, { once: true });
  const settle: Release = (outcome, pauseMs) => {
    signal.removeEventListener('abort', onAbort);
    release(outcome, pauseMs);
  };
  try {
    return kept(await open(), settle);
  } catch (failure) {
    fail(failure, settle);
    throw failure;
  }
}

function kept<T>(stream: AsyncIterable<T>, settle: Release): AsyncIterable<T> {
  return staged(stream, {
    take: (item: T) => [item],
    end() {
      settle('answered');
      return [];
    },
    close(failure) {
      // The place is given back once: what has ended stays answered.
      if (failure) fail(failure.reason, settle);
      else settle('failed');
    },
  });
}

function fail(failure: unknown, settle: Release): void {
  const isBusy = failure instanceof ManifoldError && busy.has(failure.code);
  if (isBusy) settle('refused', (failure.retryAfterSeconds ?? 0) * 1000);
  else settle('failed');
}
