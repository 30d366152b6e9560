import type { ManifoldError } from '../../errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Member } from './member.ts';
import type { ReplicaPolicy } from './policy.ts';
import type { Quarantine } from './quarantine.ts';
import type { ReplicaLog, ReplicaObserver } from './replica.ts';
import type { RetryBudget } from './retry-budget.ts';

/** What the requests of one kind have in common: the replicas that can take them, and what is known of these. */
export interface RunParts {
  readonly policy: ReplicaPolicy;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: ReplicaLog;
  readonly observer: ReplicaObserver;
  readonly budget: RetryBudget;
  readonly quarantine: Quarantine;
  /** The replica for the next attempt, none of those that were tried; undefined when there is none. */
  readonly pick: (tried: ReadonlySet<Member>) => Member | undefined;
  /** Whether there is another one than those, though it may not be asked now. */
  readonly hasOther: (tried: ReadonlySet<Member>) => boolean;
  /** Why there is none. */
  readonly whyNone: () => ManifoldError;
}
