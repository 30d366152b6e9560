import { overlap } from '../lib/overlap.ts';

/**
 * Watches streamed text for stop strings. Text that may be the beginning of one is held back, so that no
 * prefix of a stop string leaks into the stream (wire rule R40); `flush` delivers a tail that only looked
 * like one. The stop string itself is delivered only where it is to be `included`.
 */
export class StopMatcher {
  readonly #stops: readonly string[];
  #held = '';

  readonly #included: boolean;

  constructor(stops: readonly string[], included = false) {
    this.#stops = stops;
    this.#included = included;
  }

  /**
   * The text that is safe to deliver, and the stop string that was completed, if any: the first in the text. What may
   * not stop yet can still be the beginning of what stops later.
   */
  push(text: string, mayStop = true): { text: string; stop?: string } {
    if (this.#stops.length === 0) return { text };
    const window = this.#held + text;
    const stops = mayStop ? this.#stops : [];
    const found = stops.map((stop) => ({ stop, at: window.indexOf(stop) })).filter(({ at }) => at >= 0);
    const [first] = found.toSorted((a, b) => a.at - b.at);
    if (first) {
      this.#held = '';
      return { text: window.slice(0, first.at + (this.#included ? first.stop.length : 0)), stop: first.stop };
    }
    const keep = Math.max(...this.#stops.map((stop) => overlap(window, stop)));
    this.#held = window.slice(window.length - keep);
    return { text: window.slice(0, window.length - keep) };
  }

  /** What is still held back, once no more text will come. */
  flush(): string {
    const tail = this.#held;
    this.#held = '';
    return tail;
  }
}
