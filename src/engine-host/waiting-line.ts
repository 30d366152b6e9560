import type { Generation } from './generation.ts';

/** How many are looked at for one that can go now; those behind have to wait in any case. */
const lookAhead = 64;

/** Generations without a slot, in the order in which they may have one. */
export class WaitingLine {
  #line: Generation[] = [];

  get length(): number {
    return this.#line.length;
  }

  push(generation: Generation): void {
    this.#line.push(generation);
  }

  remove(generation: Generation): boolean {
    const at = this.#line.indexOf(generation);
    if (at >= 0) this.#line.splice(at, 1);
    return at >= 0;
  }

  /**
   * Those to be served next, best first: by priority, then requests with fewer choices running (so that a
   * request for many choices leaves room for others), then by arrival.
   */
  candidates(running: readonly Generation[]): Generation[] {
    const runningOf = new Map<object, number>();
    for (const { request } of running) runningOf.set(request, (runningOf.get(request) ?? 0) + 1);
    const ranked = this.#line.map((generation) => ({ generation, choices: runningOf.get(generation.request) ?? 0 }));
    ranked.sort(
      (a, b) =>
        a.generation.request.priority - b.generation.request.priority ||
        a.choices - b.choices ||
        a.generation.arrival - b.generation.arrival,
    );
    return ranked.slice(0, lookAhead).map(({ generation }) => generation);
  }

  /** The other choices of a request that wait for their first token; one that stepped back waits for another. */
  siblingsOf(generation: Generation): Generation[] {
    return this.#line.filter(
      (other) => other !== generation && other.request === generation.request && !other.hasAnswered,
    );
  }

  /** Empties the line. */
  takeAll(): Generation[] {
    const all = this.#line;
    this.#line = [];
    return all;
  }
}
