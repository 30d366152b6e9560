import type { LimitSet } from '../api/limit-set.ts';
import { Calendar, type Period } from './calendar.ts';
import { dimensions, limitOf, shown, type Dimension } from './dimensions.ts';
import type { Gauge, GaugeLimit, Hold } from './gauge.ts';
import type { Amounts, Limiter, LimitState, LimitSubject, Reservation } from './limiter.ts';
import { refusal, type Obstacle } from './refusal.ts';
import { SubjectGauges, type Times } from './subject-gauges.ts';

interface Clocks {
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  /** The wall clock in Unix milliseconds. */
  readonly today: () => number;
}

export interface MemoryLimiter extends Limiter {
  /** Counts what was used before this process began, at `at` in Unix milliseconds, for the day or the month of it. */
  restore(subject: Pick<LimitSubject, 'kind' | 'id'>, used: EarlierUse): void;
}

export interface EarlierUse {
  readonly period: Period;
  readonly at: number;
  readonly tokens: number;
  readonly costNanos: number;
}

/** One dimension of one subject that a request counts in. */
interface Place {
  readonly subject: LimitSubject;
  readonly dimension: Dimension;
  readonly gauge: Gauge;
  readonly limit: GaugeLimit | undefined;
}

/** Subjects that may be known without looking for those of which nothing is left to know. */
const fewSubjects = 256;
/** Subjects looked at with each reservation where there are more. */
const sweptEach = 4;

/**
 * Limits in the memory of this process. Everything that a reservation decides and takes happens in one synchronous
 * step, so no two requests can both get the last of something.
 */
export function createMemoryLimiter({ now, today }: Clocks): MemoryLimiter {
  // The clocks are read once for each step: a step looks at up to three dozen gauges.
  const moment = { now: now(), today: today() };
  const tick = () => {
    moment.now = now();
    moment.today = today();
  };
  const times: Times = { now: () => moment.now, calendar: new Calendar(() => moment.today) };
  const limitsOf = createLimitReader();
  const subjects = new Map<string, SubjectGauges>();
  let sweep = subjects.entries();

  const known = ({ kind, id }: Pick<LimitSubject, 'kind' | 'id'>): SubjectGauges => {
    const name = `${kind}:${id}`;
    const gauges = subjects.get(name) ?? new SubjectGauges(times);
    subjects.set(name, gauges);
    return gauges;
  };
  const forgetUnused = () => {
    if (subjects.size <= fewSubjects) return;
    for (let looked = 0; looked < sweptEach; looked++) {
      const next = sweep.next();
      if (next.done === true) {
        sweep = subjects.entries();
        return;
      }
      const [name, gauges] = next.value;
      if (gauges.isUnused()) subjects.delete(name);
    }
  };

  return {
    // oxlint-disable-next-line require-await -- other limiters wait for where their state lives
    async reserve(asking, most) {
      tick();
      forgetUnused();
      const places = placesOf(asking, known, most);
      const obstacles = places.flatMap((place) => obstacleIn(place, most) ?? []);
      if (obstacles.length > 0) throw refusal(obstacles, most);
      return take(places, most, tick);
    },
    // oxlint-disable-next-line require-await
    async look(asking) {
      tick();
      return statesOf(placesOf(asking, ({ kind, id }) => subjects.get(`${kind}:${id}`) ?? new SubjectGauges(times)));
    },
    restore(subject, { period, at, tokens, costNanos }) {
      tick();
      const used = { inputTokens: tokens, outputTokens: 0, costNanos };
      for (const dimension of dimensions) {
        const amount = dimension.amountOf(used);
        if (dimension.kind === period && amount > 0) known(subject).restore(dimension, amount, at);
      }
    },
  };

  /** Where a request counts; without one, all that is limited. */
  function placesOf(
    asking: readonly LimitSubject[],
    gaugesOf: (subject: LimitSubject) => SubjectGauges,
    most?: Amounts,
  ): Place[] {
    const places: Place[] = [];
    for (const subject of asking) {
      const gauges = gaugesOf(subject);
      const limits = limitsOf(subject.limits);
      let at = 0;
      for (const dimension of dimensions) {
        const limit = limits[at++];
        // A budget counts also while there is none, so that one that is set later begins with the truth.
        const counts = most !== undefined && dimension.kind !== 'rate' && dimension.amountOf(most) > 0;
        if (limit || counts) places.push({ subject, dimension, gauge: gauges.of(dimension), limit });
      }
    }
    return places;
  }
}

/** Reads each set of limits once. */
function createLimitReader(): (limits: LimitSet) => readonly (GaugeLimit | undefined)[] {
  const read = new WeakMap<LimitSet, readonly (GaugeLimit | undefined)[]>();
  return (limits) => {
    let known = read.get(limits);
    if (!known) read.set(limits, (known = dimensions.map((dimension) => limitOf(dimension, limits))));
    return known;
  };
}

/** What a request needs nothing of does not stand in its way. */
function obstacleIn({ subject, dimension, gauge, limit }: Place, most: Amounts): Obstacle | undefined {
  const amount = dimension.amountOf(most);
  if (!limit || amount === 0) return undefined;
  const wait = gauge.waitFor(amount, limit);
  return wait === 0 ? undefined : { subject, dimension, amount, limit, wait };
}

function take(places: readonly Place[], most: Amounts, tick: () => void): Reservation {
  const holds: { readonly hold: Hold; readonly dimension: Dimension }[] = [];
  for (const { gauge, dimension } of places) {
    const hold = gauge.hold(dimension.amountOf(most));
    if (dimension.isFixed) hold.settle(dimension.amountOf(most));
    else holds.push({ hold, dimension });
  }
  const states = statesOf(places);
  let isSettled = false;
  return {
    reduce(amounts) {
      if (isSettled) return;
      tick();
      for (const { hold, dimension } of holds) hold.lower(dimension.amountOf(amounts));
    },
    settle(used) {
      if (isSettled) return;
      isSettled = true;
      tick();
      for (const { hold, dimension } of holds) hold.settle(dimension.amountOf(used));
    },
    states: () => states,
  };
}

function statesOf(places: readonly Place[]): LimitState[] {
  const states: LimitState[] = [];
  for (const { subject, dimension, gauge, limit } of places) {
    if (!limit) continue;
    const { name } = dimension;
    states.push({
      kind: subject.kind,
      id: subject.id,
      dimension: name,
      limit: shown(name, limit.most),
      remaining: shown(name, gauge.remaining(limit)),
      resetSeconds: gauge.resetMs(limit) / 1000,
    });
  }
  return states;
}
