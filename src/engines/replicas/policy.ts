/** How the replicas of a model are chosen and what is done when one fails. Times in milliseconds; Infinity: never. */
export interface ReplicaPolicy {
  readonly timeouts: {
    /** From sending a request to its first content. */
    readonly firstTokenMs: number;
    /** Between two events of a stream that has content. */
    readonly betweenTokensMs: number;
    /** The whole answer, attempts on other replicas included. */
    readonly totalMs: number;
  };
  readonly retries: {
    /** Replicas asked for one request, the first included. */
    readonly mostAttempts: number;
    /** Retries that each request pays for, beside the floor. */
    readonly share: number;
    /** Retries a second that are free. */
    readonly floorPerSecond: number;
    /** Retries that may come at once. */
    readonly burst: number;
  };
  readonly breaker: {
    /** Faults in a row after which a replica gets no requests. */
    readonly faults: number;
    /** How long it gets none the first time; doubles with each time that follows soon. */
    readonly openMs: number;
    readonly mostOpenMs: number;
    /** The share of the replicas that may be without requests for their faults at once. */
    readonly mostEjected: number;
  };
  /** Requests with a common beginning go to one replica while it has less than this many times its share of work. 0: any. */
  readonly stickyUpTo: number;
  /** One endpoint that schedules by itself: no retry, no stickiness, no quarantine here. */
  readonly selfRouting: boolean;
  /** Asked whatever happened before: one engine that manages itself. */
  readonly alwaysAsks: boolean;
  /** Engines that are busy let requests wait by themselves: they are asked where no other is left. */
  readonly letsWait: boolean;
  /**
   * Its engines are sets themselves, each of a kind of its own: they are started and closed elsewhere, count what they lose,
   * and what one of them cannot do another one may.
   */
  readonly asksSets: boolean;
}

/** The same as the configuration says it: in seconds, where 0 means never. */
export interface ReplicaSettings {
  readonly timeouts: {
    readonly firstTokenSeconds: number;
    readonly betweenTokensSeconds: number;
    readonly totalSeconds: number;
  };
  readonly retries: ReplicaPolicy['retries'];
  readonly breaker: {
    readonly faults: number;
    readonly openSeconds: number;
    readonly mostOpenSeconds: number;
    readonly mostEjected: number;
  };
  readonly stickyUpTo: number;
  readonly selfRouting: boolean;
}

export function policyOf(
  { timeouts, breaker, ...rest }: ReplicaSettings,
  { letsWait = false }: Partial<Pick<ReplicaPolicy, 'letsWait'>> = {},
): ReplicaPolicy {
  return {
    ...rest,
    alwaysAsks: rest.selfRouting,
    letsWait,
    asksSets: false,
    timeouts: {
      firstTokenMs: bounded(timeouts.firstTokenSeconds),
      betweenTokensMs: bounded(timeouts.betweenTokensSeconds),
      totalMs: bounded(timeouts.totalSeconds),
    },
    breaker: {
      faults: breaker.faults,
      openMs: breaker.openSeconds * 1000,
      mostOpenMs: breaker.mostOpenSeconds * 1000,
      mostEjected: breaker.mostEjected,
    },
  };
}

function bounded(seconds: number): number {
  return seconds === 0 ? Infinity : seconds * 1000;
}

/**
 * Of one engine that Manifold starts itself: its supervisor knows better than a timer whether it works, and brings it
 * back, so that a request which lost it is sent once more.
 */
export const supervisedPolicy: ReplicaPolicy = {
  timeouts: { firstTokenMs: Infinity, betweenTokensMs: Infinity, totalMs: Infinity },
  retries: { mostAttempts: 2, share: 0.2, floorPerSecond: 5, burst: 100 },
  breaker: { faults: 5, openMs: 5000, mostOpenMs: 300_000, mostEjected: 0.5 },
  stickyUpTo: 1.5,
  selfRouting: false,
  alwaysAsks: true,
  letsWait: false,
  asksSets: false,
};

/** Of several engines of the configuration that have one model, by tiers. Each has deadlines of its own. */
export const overflowPolicy: ReplicaPolicy = {
  ...supervisedPolicy,
  retries: { mostAttempts: 10, share: 0.2, floorPerSecond: 5, burst: 100 },
  stickyUpTo: 0,
  alwaysAsks: false,
  letsWait: true,
  asksSets: true,
};
