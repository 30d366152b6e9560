import { Sharer } from './sharer.ts';

/** How long after its last request a key still counts as one that is about. */
const aboutMs = 60_000;

/** The keys that share a model: those that run or wait, and those that did so a moment ago. */
export class Sharers {
  readonly #now: () => number;
  /** Those least recently active first. */
  readonly #all = new Map<string, Sharer>();
  readonly #busy = new Set<Sharer>();
  /** The two that were active last. */
  #latest: Sharer | undefined;
  #second: Sharer | undefined;
  /** What a newcomer is taken to have had. */
  #floor = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The one of this key, from now on about, and with a request more. */
  arrive(key: string, weight: number): Sharer {
    this.#forgetIdle();
    const sharer = this.#all.get(key) ?? new Sharer(key);
    sharer.weight = weight;
    if (!this.#busy.has(sharer)) {
      sharer.join(this.#leastAttained());
      this.#busy.add(sharer);
    }
    this.note(sharer);
    return sharer;
  }

  /** It was active just now. */
  note(sharer: Sharer): void {
    sharer.activeAt = this.#now();
    this.#all.delete(sharer.key);
    this.#all.set(sharer.key, sharer);
    if (this.#latest?.key !== sharer.key) this.#second = this.#latest;
    this.#latest = sharer;
  }

  /** It neither runs nor waits any more. */
  rest(sharer: Sharer): void {
    this.#busy.delete(sharer);
    if (this.#busy.size === 0) this.#floor = Math.max(this.#floor, sharer.attained(this.#now()));
  }

  /** Whether another key may want a place soon. */
  hasOthersAbout(sharer: Sharer): boolean {
    const other = this.#latest?.key === sharer.key ? this.#second : this.#latest;
    return other !== undefined && this.#now() - other.activeAt < aboutMs;
  }

  #leastAttained(): number {
    const now = this.#now();
    let least = Infinity;
    for (const sharer of this.#busy) least = Math.min(least, sharer.attained(now));
    if (least < Infinity) this.#floor = Math.max(this.#floor, least);
    return this.#floor;
  }

  #forgetIdle(): void {
    for (const [key, sharer] of this.#all) {
      if (this.#busy.has(sharer) || this.#now() - sharer.activeAt < aboutMs) return;
      this.#all.delete(key);
    }
  }
}
