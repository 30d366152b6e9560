/** Counts what the automata of a process remember together; beyond a bound all of them forget. */
export class StateBudget {
  readonly #most: number;
  #states = 0;
  #epoch = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Differs from before once everything has to be forgotten. */
  get epoch(): number {
    return this.#epoch;
  }

  add(states = 1): void {
    this.#states += states;
    if (this.#states <= this.#most) return;
    this.#states = 0;
    this.#epoch++;
  }
}
