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

  constructor(limitMs: number, onStall: () => void) {
    this.#limitMs = limitMs;
    this.#onStall = onStall;
  }

  start(): void {
    this.stop();
    this.#silentMs = 0;
    this.#timer = setInterval(() => {
      this.#silentMs += tickMs;
      if (this.#silentMs > this.#limitMs) this.#bark();
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
