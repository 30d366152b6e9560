/**
 * Counts what the automata of a process remember together; beyond a bound all of them forget. The unit is a step of
 * finding a state: what a state holds is in proportion to those, at a hundred bytes or so for each.
 */
export class StateBudget {
  readonly #most: number;
  #steps = 0;
  #epoch = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Differs from before once everything has to be forgotten. */
  get epoch(): number {
    return this.#epoch;
  }

  add(steps: number): void {
    this.#steps += steps;
    if (this.#steps <= this.#most) return;
    this.#steps = 0;
    this.#epoch++;
  }
}
