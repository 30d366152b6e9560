import type { Clock } from '../../lib/clock.ts';
import type { ReplicaPolicy } from './policy.ts';

/**
 * Bounds retries by the requests there are, so that engines in trouble are not sent a multiple of them: each request
 * pays a share of a retry in, a floor per second is free, and what is saved is bounded.
 */
export interface RetryBudget {
  /** A request has come. */
  earn(): void;
  /** Whether one more retry is paid for; if so, it is spent. */
  spend(): boolean;
}

export function createRetryBudget(
  { share, floorPerSecond, burst }: ReplicaPolicy['retries'],
  clock: Clock,
): RetryBudget {
  let saved = burst;
  let countedAt = clock.now();
  const add = (amount: number) => void (saved = Math.min(burst, saved + amount));
  return {
    earn: () => add(share),
    spend() {
      const now = clock.now();
      add(((now - countedAt) / 1000) * floorPerSecond);
      countedAt = now;
      if (saved < 1) return false;
      saved--;
      return true;
    },
  };
}
