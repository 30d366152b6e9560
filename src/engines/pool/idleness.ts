import type { Clock } from '../../lib/clock.ts';
import { once } from '../../lib/once.ts';
import { unlessAborted } from '../../lib/unless-aborted.ts';

interface IdlenessParts {
  readonly clock: Clock;
  readonly isPinned: boolean;
  /** Milliseconds of idleness after which it expires; Infinity: never. */
  readonly keepAliveMs: number;
  /** Whether it is loaded, and neither being loaded nor unloaded: only then it can be idle. */
  readonly isSettled: () => boolean;
  /** Told each time nobody uses it or waits for it any more. */
  readonly onUnwanted: () => void;
  /** Told when it was idle for as long as it is kept. */
  readonly onExpired: () => void;
}

/** Who uses a model, who waits for it, who keeps others from it; and when it was idle for long enough. */
export class Idleness {
  readonly #parts: IdlenessParts;
  #users = 0;
  #waiting = 0;
  #held = 0;
  #lastUsedAt = 0;
  #keepAliveMs: number;
  #expiry: { readonly at: number; readonly callOff: () => void } | undefined;
  #idleWaiters: (() => void)[] = [];
  #holdWaiters: (() => void)[] = [];

  constructor(parts: IdlenessParts) {
    this.#parts = parts;
    this.#keepAliveMs = parts.keepAliveMs;
  }

  /** How many use it or wait for it. */
  get users(): number {
    return this.#users + this.#waiting;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Whether whoever comes has to wait outside. */
  get isHeld(): boolean {
    return this.#held > 0;
  }

  get lastUsedAt(): number {
    return this.#lastUsedAt;
  }

  /** When it expires if nobody asks, on the clock; undefined while that is not foreseen. */
  get expiresAt(): number | undefined {
    return this.#expiry?.at;
  }

  isIdle(): boolean {
    return this.#parts.isSettled() && this.users === 0;
  }

  /** From its next idleness on it is kept for so long; undefined: as at first. */
  keepFor(milliseconds: number | undefined): void {
    this.#keepAliveMs = milliseconds ?? this.#parts.keepAliveMs;
  }

  /** One more waits for it, until the result is called. */
  wait(): () => void {
    this.#waiting++;
    this.callOffExpiry();
    return once(() => {
      this.#waiting--;
      this.noteIdle();
    });
  }

  /** One more uses it, until the result is called. */
  use(): () => void {
    this.#users++;
    this.callOffExpiry();
    return once(() => {
      this.#users--;
      this.#lastUsedAt = this.#parts.clock.now();
      this.noteIdle();
    });
  }

  /** Keeps it from whoever comes, until the result is called. While it is held it does not expire. */
  hold(): () => void {
    this.#held++;
    return once(() => {
      this.#held--;
      if (this.isHeld) return;
      for (const wake of this.#holdWaiters.splice(0)) wake();
      this.noteIdle();
    });
  }

  async untilLetIn(signal: AbortSignal): Promise<void> {
    while (this.isHeld) await unlessAborted(new Promise<void>((wake) => this.#holdWaiters.push(wake)), signal);
  }

  /** Resolves when it has become idle, or those who wait for that are woken. */
  nextIdle(): Promise<void> {
    return new Promise((wake) => this.#idleWaiters.push(wake));
  }

  wakeIdleWaiters(): void {
    for (const wake of this.#idleWaiters.splice(0)) wake();
  }

  /** To be called when it may have become idle otherwise than by who used it. */
  noteIdle(): void {
    if (this.users > 0) return;
    const { clock, isPinned, onUnwanted, onExpired } = this.#parts;
    onUnwanted();
    if (!this.isIdle()) return;
    this.wakeIdleWaiters();
    this.callOffExpiry();
    if (isPinned || this.#keepAliveMs === Infinity || this.isHeld) return;
    const callOff = clock.after(this.#keepAliveMs, () => {
      if (this.isIdle()) onExpired();
    });
    this.#expiry = { at: clock.now() + this.#keepAliveMs, callOff };
  }

  callOffExpiry(): void {
    this.#expiry?.callOff();
    this.#expiry = undefined;
  }
}
