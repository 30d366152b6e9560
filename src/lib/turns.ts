import { setImmediate as nextRound } from 'node:timers/promises';

/**
 * Lets long work of several askers share the event loop: each waits for its turn before a slice of a few milliseconds,
 * in the order of asking, and between two turns everything else has one.
 */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when the caller may hold the loop for a slice. */
  take(): Promise<void> {
    this.#last = this.#last.then(() => nextRound());
    return this.#last;
  }
}
