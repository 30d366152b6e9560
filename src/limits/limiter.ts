import type { LimitSet } from '../api/limit-set.ts';

/** Whose limits a request is held to; a request has one of each at most. */
export interface LimitSubject {
  readonly kind: 'key' | 'team' | 'model' | 'global';
  readonly id: string;
  readonly limits: LimitSet;
}

export type LimitDimension = Exclude<keyof LimitSet, 'burst'>;

/** How one limit stands. */
export interface LimitState {
  readonly kind: LimitSubject['kind'];
  readonly id: string;
  readonly dimension: LimitDimension;
  readonly limit: number;
  readonly remaining: number;
  /** Until all of it is there again. */
  readonly resetSeconds: number;
}

/** The most that a request can use, or what it did use. Costs are whole billionths of a US dollar. */
export interface Amounts {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costNanos: number;
}

/** What was taken for one request. Settled exactly once, however the request ends. */
export interface Reservation {
  /** Lowers what is held once more is known, for instance the prompt's exact length. Never raises it. */
  reduce(most: Amounts): void;
  /** Gives back what was not used. */
  settle(used: Amounts): void;
  /** As after the reservation: for the `x-ratelimit-*` headers. */
  states(): readonly LimitState[];
}

/** Decides over all limits of a request in one step. Async, since state may live elsewhere. */
export interface Limiter {
  /** All or nothing: throws `rate_limit_exceeded` or `insufficient_quota`, and then nothing was taken. */
  reserve(subjects: readonly LimitSubject[], most: Amounts): Promise<Reservation>;
  /** Looks without taking. */
  look(subjects: readonly LimitSubject[]): Promise<readonly LimitState[]>;
}
