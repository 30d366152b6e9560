import type { UsageLedger } from '../../ledger/usage-ledger.ts';
import type { Clock } from '../../lib/clock.ts';
import { periodOf } from '../../limits/calendar.ts';
import type { Limiter } from '../../limits/limiter.ts';
import { createMemoryLimiter } from '../../limits/memory-limiter.ts';

/** Limits in the memory of this process, which go on from what the ledger knows of this day and month. */
export async function limiterWithUse(clock: Clock, ledger: UsageLedger | undefined): Promise<Limiter> {
  const limiter = createMemoryLimiter({ now: () => clock.now(), today: Date.now });
  const at = Date.now();
  for (const period of ['day', 'month'] as const) {
    for (const used of (await ledger?.usedWithin(periodOf(period, at))) ?? []) {
      const { kind, id, inputTokens, outputTokens, costNanos } = used;
      limiter.restore({ kind, id }, { period, at, tokens: inputTokens + outputTokens, costNanos });
    }
  }
  return limiter;
}
