import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LimitSet } from '../api/limit-set.ts';
import { ManifoldError } from '../errors.ts';
import type { Amounts, LimitSubject, Reservation } from './limiter.ts';
import { createMemoryLimiter } from './memory-limiter.ts';

/**
 * A model that knows no gauges: it keeps the history of everything and works out from all of it, in exact fractions of a
 * token (60,000 to one), whether a request may go.
 */
interface Event {
  readonly at: bigint;
  readonly used: bigint;
}
interface Held {
  readonly subjects: readonly LimitSubject[];
  readonly admittedAt: bigint;
  most: Amounts;
  readonly reservation: Reservation;
  isOver: boolean;
}

const rates = {
  requestsPerMinute: () => 1,
  tokensPerMinute: ({ inputTokens, outputTokens }: Amounts) => inputTokens + outputTokens,
  outputTokensPerMinute: ({ outputTokens }: Amounts) => outputTokens,
} as const;
type RateName = keyof typeof rates;
const unit = 60_000n;
const day = 86_400_000;
const midnight = Date.parse('2026-03-01T00:00:00Z');

class Model {
  now = 0n;
  readonly held: Held[] = [];
  readonly used = new Map<string, Event[]>();
  /** The same, at the time of admission. */
  readonly usedOfAdmitted = new Map<string, Event[]>();
  readonly days = new Map<string, number>();

  nameOf = ({ kind, id }: LimitSubject, dimension: string) => `${kind}:${id}:${dimension}`;
  capacity = (perMinute: number, burst = 1) => BigInt(Math.max(perMinute > 0 ? 1 : 0, Math.floor(perMinute * burst)));

  /** What has been used and not come back by now: each event after the other, from the first on. */
  owed(events: readonly Event[], perMinute: number): bigint {
    let owed = 0n;
    let at = 0n;
    const drain = (until: bigint) => {
      owed -= BigInt(perMinute) * (until - at);
      if (owed < 0n) owed = 0n;
      at = until;
    };
    for (const event of events) {
      drain(event.at);
      owed += event.used * unit;
    }
    drain(this.now);
    return owed;
  }

  heldOf(subject: LimitSubject, amountOf: (amounts: Amounts) => number): number {
    return this.held
      .filter(
        ({ isOver, subjects }) =>
          !isOver && subjects.some(({ kind, id }) => kind === subject.kind && id === subject.id),
      )
      .reduce((sum, { most }) => sum + amountOf(most), 0);
  }

  dayOf(at: bigint): number {
    return Math.floor((midnight + Number(at)) / day);
  }

  mayGo(subjects: readonly LimitSubject[], most: Amounts): boolean {
    return subjects.every((subject) => {
      const { limits } = subject;
      for (const name of Object.keys(rates) as RateName[]) {
        const perMinute = limits[name];
        const amount = rates[name](most);
        if (perMinute === undefined || amount === 0) continue;
        const held = name === 'requestsPerMinute' ? 0 : this.heldOf(subject, rates[name]);
        const owed = this.owed(this.used.get(this.nameOf(subject, name)) ?? [], perMinute);
        if (owed + BigInt(held + amount) * unit > this.capacity(perMinute, limits.burst) * unit) return false;
      }
      if (limits.concurrency !== undefined && this.heldOf(subject, () => 1) + 1 > limits.concurrency) return false;
      const tokens = rates.tokensPerMinute(most);
      if (limits.tokensPerDay !== undefined && tokens > 0) {
        const today = this.dayOf(this.now);
        const held = this.held
          .filter(({ isOver, admittedAt }) => !isOver && this.dayOf(admittedAt) === today)
          .filter((each) => each.subjects.some(({ kind, id }) => kind === subject.kind && id === subject.id))
          .reduce((sum, each) => sum + rates.tokensPerMinute(each.most), 0);
        const used = this.days.get(`${this.nameOf(subject, 'day')}:${today}`) ?? 0;
        if (used + held + tokens > limits.tokensPerDay) return false;
      }
      return true;
    });
  }

  note({ subjects, admittedAt }: Pick<Held, 'subjects' | 'admittedAt'>, name: RateName, used: number): void {
    for (const subject of subjects) {
      const key = this.nameOf(subject, name);
      this.used.set(key, [...(this.used.get(key) ?? []), { at: this.now, used: BigInt(used) }]);
      const ofAdmitted = [...(this.usedOfAdmitted.get(key) ?? []), { at: admittedAt, used: BigInt(used) }];
      this.usedOfAdmitted.set(
        key,
        ofAdmitted.toSorted((a, b) => Number(a.at - b.at)),
      );
    }
  }

  noteDay({ subjects, admittedAt }: Held, used: Amounts): void {
    for (const subject of subjects) {
      const key = `${this.nameOf(subject, 'day')}:${this.dayOf(admittedAt)}`;
      this.days.set(key, (this.days.get(key) ?? 0) + rates.tokensPerMinute(used));
    }
  }
}

interface Real {
  readonly time: { now: number };
  readonly limiter: ReturnType<typeof createMemoryLimiter>;
}
type Command = fc.AsyncCommand<Model, Real>;

class Advance implements Command {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
  check = () => true;
  async run(model: Model, real: Real) {
    model.now += BigInt(this.ms);
    real.time.now += this.ms;
  }
  toString = () => `advance ${this.ms} ms`;
}

class Reserve implements Command {
  readonly subjects: readonly LimitSubject[];
  readonly most: Amounts;
  constructor(subjects: readonly LimitSubject[], most: Amounts) {
    this.subjects = subjects;
    this.most = most;
  }
  check = () => true;
  async run(model: Model, { limiter, time }: Real) {
    const { subjects, most } = this;
    const before = await limiter.look(subjects);
    const outcome = await limiter.reserve(subjects, most).catch((failure: unknown) => failure);
    if (outcome instanceof ManifoldError) {
      expect(model.mayGo(subjects, most), 'refused').toBe(false);
      // A refusal consumes nothing.
      expect(await limiter.look(subjects)).toEqual(before);
      expect(time.now).toBe(Number(model.now));
      return;
    }
    expect(model.mayGo(subjects, most), 'admitted').toBe(true);
    model.note({ subjects, admittedAt: model.now }, 'requestsPerMinute', 1);
    const reservation = outcome as Reservation;
    model.held.push({ subjects, most, admittedAt: model.now, reservation, isOver: false });
  }
  toString = () => `reserve ${JSON.stringify(this.most)} for ${this.subjects.map(({ id }) => id).join('+')}`;
}

/** Parts of what is held, in hundredths: more than all of it is never used where bounds are right. */
class Settle implements Command {
  readonly which: number;
  readonly share: number;
  readonly onlyLowers: boolean;
  constructor(which: number, share: number, onlyLowers: boolean) {
    this.which = which;
    this.share = share;
    this.onlyLowers = onlyLowers;
  }
  check = (model: Readonly<Model>) => model.held.some(({ isOver }) => !isOver);
  async run(model: Model) {
    const open = model.held.filter(({ isOver }) => !isOver);
    const held = open[this.which % open.length];
    if (!held) return;
    const part = (count: number) => Math.floor((count * this.share) / 100);
    const { inputTokens, outputTokens } = held.most;
    const amounts = { inputTokens: part(inputTokens), outputTokens: part(outputTokens), costNanos: 0 };
    if (this.onlyLowers) {
      held.reservation.reduce(amounts);
      held.most = amounts;
      return;
    }
    held.isOver = true;
    held.reservation.settle(amounts);
    held.reservation.settle(held.most);
    model.note(held, 'tokensPerMinute', rates.tokensPerMinute(amounts));
    model.note(held, 'outputTokensPerMinute', rates.outputTokensPerMinute(amounts));
    model.noteDay(held, amounts);
  }
  toString = () => `${this.onlyLowers ? 'lower' : 'settle'} ${this.which} at ${this.share} %`;
}

const limits = (most: number): fc.Arbitrary<LimitSet> =>
  fc.record(
    {
      requestsPerMinute: fc.integer({ min: 0, max: 12 }),
      tokensPerMinute: fc.integer({ min: 1, max: most }),
      outputTokensPerMinute: fc.integer({ min: 1, max: most }),
      concurrency: fc.integer({ min: 1, max: 5 }),
      tokensPerDay: fc.integer({ min: 1, max: most * 4 }),
      burst: fc.constantFrom(0.25, 1, 3),
    },
    { requiredKeys: [] },
  );

const commands = (keys: readonly LimitSubject[], shared: LimitSubject) =>
  fc.commands(
    [
      fc
        .record({ key: fc.constantFrom(...keys), inputTokens: fc.nat(40), outputTokens: fc.nat(40) })
        .map(({ key, ...amounts }) => new Reserve([key, shared], { ...amounts, costNanos: 0 })),
      fc.tuple(fc.nat(9), fc.integer({ min: 0, max: 100 }), fc.boolean()).map((args) => new Settle(...args)),
      fc.oneof(fc.nat(2000), fc.nat(90_000), fc.constant(day)).map((ms) => new Advance(ms)),
    ],
    { maxCommands: 60 },
  );

const scenario = fc.tuple(limits(100), limits(100), limits(200)).chain(([first, second, all]) => {
  const keys = [first, second].map((each, at): LimitSubject => ({ kind: 'key', id: `key-${at}`, limits: each }));
  const shared: LimitSubject = { kind: 'global', id: 'all', limits: all };
  return fc.tuple(fc.constant([...keys, shared]), commands(keys, shared));
});

it('decides as a model that remembers everything, and no span of time ever sees more than bucket and refill', async () => {
  const decides = fc.asyncProperty(scenario, async ([subjects, run]) => {
    const time = { now: 0 };
    const limiter = createMemoryLimiter({ now: () => time.now, today: () => midnight + time.now });
    const model = new Model();
    await fc.asyncModelRun(() => ({ model, real: { time, limiter } }), run);
    for (const subject of subjects) expectBounded(model, subject);
  });

  await expect(fc.assert(decides, { numRuns: 300 })).resolves.toBeUndefined();
});

/** Counted when it is admitted or when it is settled: either way no span has more than the bucket and what it brings. */
function expectBounded(model: Model, subject: LimitSubject): void {
  const { limits: set } = subject;
  for (const name of Object.keys(rates) as RateName[]) {
    const perMinute = set[name];
    if (perMinute === undefined) continue;
    const capacity = model.capacity(perMinute, set.burst) * unit;
    for (const all of [model.used, model.usedOfAdmitted]) {
      const events = all.get(model.nameOf(subject, name)) ?? [];
      expect(isBounded(events, capacity, BigInt(perMinute)), `${subject.id} ${name}`).toBe(true);
    }
  }
}

function isBounded(events: readonly Event[], capacity: bigint, perMinute: bigint): boolean {
  return events.every((first, from) => {
    let sum = 0n;
    return events.slice(from).every(({ at, used }) => {
      sum += used;
      return sum * unit <= capacity + perMinute * (at - first.at);
    });
  });
}
