/**
 * Watches streamed text for stop strings. Text that may be the beginning of one is held back, so that no
 * prefix of a stop string leaks into the stream (wire rule R40); `flush` delivers a tail that only looked
 * like one.
 */
export class StopMatcher {
  readonly #stops: readonly string[];
  #held = '';

  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** The text that is safe to deliver, and whether a stop string was completed (the text is cut before it). */
  push(text: string): { text: string; stopped: boolean } {
    if (this.#stops.length === 0) return { text, stopped: false };
    const window = this.#held + text;
    const found = this.#stops.map((stop) => window.indexOf(stop)).filter((at) => at >= 0);
    if (found.length > 0) {
      this.#held = '';
      return { text: window.slice(0, Math.min(...found)), stopped: true };
    }
    const keep = Math.max(...this.#stops.map((stop) => overlap(window, stop)));
    this.#held = window.slice(window.length - keep);
    return { text: window.slice(0, window.length - keep), stopped: false };
  }

  /** What is still held back, once no more text will come. */
  flush(): string {
    const tail = this.#held;
    this.#held = '';
    return tail;
  }
}

/** Length of the longest end of `text` that is a proper beginning of `stop`. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}
