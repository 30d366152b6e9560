import type { ManifoldError } from '../../errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { hashOf } from './affinity.ts';
import { createCircuit, type Circuit } from './circuit.ts';
import { blameFor } from './fault.ts';
import type { ReplicaPolicy } from './policy.ts';
import type { Replica, ReplicaLog, ReplicaObserver } from './replica.ts';

/** How one request on one replica ended; `left`: nobody waits for the rest. */
export type VisitEnd = 'whole' | 'left' | ManifoldError;

/** One request on one replica, counted from its beginning to its one end. */
export interface Visit {
  answered(): void;
  /** Counts only the first time. */
  end(how: VisitEnd): void;
}

export interface MemberParts {
  readonly policy: ReplicaPolicy;
  readonly clock: Clock;
  readonly log: ReplicaLog;
  readonly observer: ReplicaObserver;
  /** Whether one more may be without requests for its faults. */
  readonly mayEject: (member: Member) => boolean;
  /** Told when its last request has ended. */
  readonly onIdle: (member: Member) => void;
}

/** How long a replica that is busy and does not say until when gets no requests. */
const busyMs = 1000;
/** What an upstream may ask for at most. */
const longestBusyMs = 300_000;

/** Requests that lose their connection within this time have lost the same engine. */
const togetherMs = 250;

/** A replica with what is known of it. */
export class Member {
  readonly name: string;
  readonly circuit: Circuit;
  readonly nameHash: number;
  /** Requests that were sent there and have not ended. */
  outstanding = 0;
  /** Engines that were here before: whoever was lost and comes back is another. */
  life = 0;
  /** The answers that they ask for. */
  #choices = 0;
  isDraining = false;
  #replica: Replica;
  #busyUntil = 0;
  #lostAt = -Infinity;
  readonly #parts: MemberParts;

  constructor(replica: Replica, parts: MemberParts) {
    const { policy, clock, log, observer } = parts;
    this.name = replica.name;
    this.nameHash = hashOf(replica.name);
    this.#replica = replica;
    this.#parts = parts;
    this.circuit = createCircuit(policy.breaker, {
      clock,
      mayOpen: () => parts.mayEject(this),
      onOpen: () => {
        log.warn({ replica: this.name }, 'replica gets no requests for its faults');
        observer.ejected(this.name);
      },
    });
  }

  get engine() {
    return this.#replica.engine;
  }

  get weight(): number {
    return this.#replica.weight ?? 1;
  }

  get tier(): number {
    return this.#replica.tier ?? 0;
  }

  /** Answers that it has to give, with the requests of others among them. Each takes a slot. */
  get work(): number {
    return this.#choices + (this.engine.othersWork?.() ?? 0);
  }

  /** Work for its weight: what is compared between replicas. */
  get load(): number {
    return this.work / this.weight;
  }

  get isFull(): boolean {
    const { capacity, engine } = this.#replica;
    const most = typeof capacity === 'function' ? capacity() : capacity;
    return this.work >= (most ?? Infinity) || engine.isFull?.() === true;
  }

  /** Until when it asked to be left alone, on the clock; undefined when it does not. */
  busyUntil(): number | undefined {
    return this.#busyUntil > this.#parts.clock.now() ? this.#busyUntil : undefined;
  }

  /** Whether a request may be sent there. */
  isAble(): boolean {
    return this.isWorthTrying() && this.busyUntil() === undefined && this.engine.state().kind !== 'failed';
  }

  /** Whether a request may be sent there where no replica is able: a look at an engine may be old, or wrong. */
  isWorthTrying(): boolean {
    const isFree = this.#parts.policy.letsWait || this.busyUntil() === undefined;
    return isFree && !this.isDraining && this.circuit.allows();
  }

  /** The connection to the engine of that life was lost under a request; whether others went down with it, or just had. */
  noteLoss(life: number): boolean {
    const { clock, policy } = this.#parts;
    const now = clock.now();
    const isShared = this.outstanding > 0 || now - this.#lostAt < togetherMs;
    this.#lostAt = now;
    // A supervisor starts another process at once. Of an engine elsewhere only one that could not be reached has died.
    if (policy.alwaysAsks && life === this.life) this.life++;
    return isShared;
  }

  /** Takes on another weight, tier or capacity. */
  describe(replica: Replica): void {
    this.#replica = replica;
  }

  /** Counts a request for so many answers in. */
  enter(choices = 1): Visit {
    const passage = this.circuit.enter();
    let isOver = false;
    this.outstanding++;
    this.#choices += choices;
    this.#parts.observer.outstandingChanged(this.name, 1);
    return {
      answered: () => passage.answered(),
      end: (how) => {
        if (isOver) return;
        isOver = true;
        this.outstanding--;
        this.#choices -= choices;
        this.#parts.observer.outstandingChanged(this.name, -1);
        passage.end(this.#judge(how));
        if (this.outstanding === 0) this.#parts.onIdle(this);
      },
    };
  }

  #judge(how: VisitEnd): 'success' | 'fault' | 'neutral' {
    if (typeof how === 'string') return how === 'whole' ? 'success' : 'neutral';
    if (how.code === 'engine_unreachable') this.life++;
    const blame = blameFor(how);
    if (blame === 'busy') {
      const askedMs = how.retryAfterSeconds === undefined ? busyMs : how.retryAfterSeconds * 1000;
      this.#busyUntil = this.#parts.clock.now() + Math.min(longestBusyMs, askedMs);
    }
    if (blame === 'engine') return 'fault';
    return blame === 'request' ? 'success' : 'neutral';
  }
}
