const tickMs = 1000;

/**
 * Notices an engine host that makes no progress: its beats stop coming, or say that its engine has been at one
 * batch for too long. Counts its own ticks rather than the clock, so that a machine that slept does no harm.
 */
export class Watchdog {
  readonly #limitMs: number;
  readonly #onStall: () => void;
  #timer: NodeJS.Timeout | undefined;
  #silentMs = 0;
  #patience = 1;

  constructor(limitMs: number, onStall: () => void) {
    this.#limitMs = limitMs;
    this.#onStall = onStall;
  }

  /** `patience`: times the limit that silence may last. */
  start(patience = 1): void {
    this.stop();
    this.#silentMs = 0;
    this.#patience = patience;
    this.#timer = setInterval(() => {
      this.#silentMs += tickMs;
      if (this.#silentMs > this.#limitMs * this.#patience) this.#bark();
    }, tickMs).unref();
  }

  beat(stalledMs: number): void {
    this.#silentMs = 0;
    if (stalledMs > this.#limitMs) this.#bark();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #bark(): void {
    if (this.#timer === undefined) return;
    this.stop();
    this.#onStall();
  }
}
