import type { Principal } from '../access/principal.ts';
import type { Trace } from '../api/internal/trace.ts';
import type { Account } from './accounts/account.ts';
import type { Measurement } from './meter.ts';
import type { SharedTurn } from './turn.ts';

/** Who asks, and for how long they wait. */
export interface Asker {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  readonly principal: Principal;
  /** What ties the request to the records of others. */
  readonly trace?: Trace | undefined;
}

/** What a request brings beside its body. */
export interface Circumstances extends Asker {
  /** The route's path. */
  readonly route?: string | undefined;
  /** What was taken for the request; absent for a part of one. */
  readonly account?: Account | undefined;
  /** Of a part of a request: the turn that all parts have together. */
  readonly sharedTurn?: SharedTurn | undefined;
  /** Filled in while the request runs, also when it fails. */
  readonly measurement: Measurement;
}
