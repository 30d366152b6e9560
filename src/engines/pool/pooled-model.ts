import type { Clock } from '../../lib/clock.ts';
import type { ManifoldError } from '../../errors.ts';
import type { Places } from '../../lib/places.ts';
import { unlessAborted } from '../../lib/unless-aborted.ts';
import type { EngineState } from '../engine.ts';
import type { Admit, LocalEngine } from '../local-engine.ts';
import { Idleness } from './idleness.ts';
import { stillLoading, tooManyWaiting } from './not-loaded.ts';
import { Residence } from './residence.ts';
import type { Room, Tenant } from './room.ts';

export interface PooledModelSettings {
  readonly id: string;
  /** Loaded at the start, and never put out but by hand. */
  readonly isPinned: boolean;
  /** Milliseconds without a request after which it is unloaded; Infinity: never. */
  readonly keepAliveMs: number;
  /** Milliseconds a request waits for it to be loaded. */
  readonly loadTimeoutMs: number;
  /** Requests that may wait for it to be loaded. */
  readonly mostWaiting: number;
  /** Makes its engine, not started. */
  readonly create: (admit: Admit) => Promise<LocalEngine>;
}

export interface PooledModelParts {
  readonly room: Room;
  /** Who has an engine that does not know yet whether there is room for it. */
  readonly line: Places;
  readonly clock: Clock;
  /** Told when it is loaded or unloaded. */
  readonly onChange: () => void;
  /** Told of each load: milliseconds since it was asked for, and the failure that ended it, if one did. */
  readonly onLoadEnded: (tookMs: number, failure: ManifoldError | undefined) => void;
}

/** Use of a loaded model. */
export interface Loan {
  readonly engine: LocalEngine;
  /** Gives it back; counts only the first time. */
  readonly release: () => void;
}

/** How it is asked for. */
export interface LoadOptions {
  /** In place of the configured one, until it is loaded again. */
  readonly keepAliveMs?: number | undefined;
  /** Whether no request brought it about. Default: one did. */
  readonly isByHand?: boolean;
}

/** One local model that is loaded when it is used, kept while it may be, and unloaded when its memory is needed. */
export class PooledModel implements Tenant {
  readonly #settings: PooledModelSettings;
  readonly #clock: Clock;
  readonly #idleness: Idleness;
  readonly #residence: Residence;
  /** When its last load was asked for, on the clock. */
  #askedAt = 0;

  constructor(settings: PooledModelSettings, { room, line, clock, onChange, onLoadEnded }: PooledModelParts) {
    this.#settings = settings;
    this.#clock = clock;
    const { isPinned, keepAliveMs, create } = settings;
    this.#idleness = new Idleness({
      clock,
      isPinned,
      keepAliveMs,
      isSettled: () => this.#residence.isSettled,
      onUnwanted: () => this.#residence.giveUpOpening(),
      onExpired: () => void this.unload(),
    });
    this.#residence = new Residence({
      tenant: this,
      room,
      line,
      create,
      onOpened: (failure) => {
        onLoadEnded(clock.now() - this.#askedAt, failure);
        this.#idleness.noteIdle();
        // Where it came to nothing, nobody has to wait for its end.
        this.#idleness.wakeIdleWaiters();
      },
      onAdmitted: onChange,
      onGone: () => {
        this.#idleness.wakeIdleWaiters();
        onChange();
      },
    });
  }

  get id(): string {
    return this.#settings.id;
  }

  get isPinned(): boolean {
    return this.#settings.isPinned;
  }

  /** Its engine, while it has one. */
  get engine(): LocalEngine | undefined {
    return this.#residence.engine;
  }

  /** Whether it has room, and so takes part of the processor. */
  get isAdmitted(): boolean {
    return this.#residence.isAdmitted;
  }

  /** Requests that it answers, and that wait for it. */
  get users(): number {
    return this.#idleness.users;
  }

  /** When it is unloaded if nobody asks, on the clock; undefined while that is not foreseen. */
  get expiresAt(): number | undefined {
    return this.#idleness.expiresAt;
  }

  get lastUsedAt(): number {
    return this.#idleness.lastUsedAt;
  }

  state(): EngineState {
    return this.#residence.state();
  }

  /**
   * The loaded model, to be given back. Waits for it to be loaded, at most as long as is configured. Throws
   * `model_loading` when that is over, and whatever keeps the model from being loaded.
   */
  async borrow(signal: AbortSignal, { isByHand = false, keepAliveMs }: LoadOptions = {}): Promise<Loan> {
    const ready = this.#idleness.isHeld ? undefined : this.#residence.ready;
    if (ready) return this.#lend(ready, keepAliveMs);
    if (this.#idleness.waiting >= this.#settings.mostWaiting) throw tooManyWaiting();
    const deadline = new AbortController();
    const atMost = isByHand ? Infinity : this.#settings.loadTimeoutMs;
    const callOff = this.#clock.after(atMost, () => deadline.abort(stillLoading()));
    const patience = AbortSignal.any([signal, deadline.signal]);
    try {
      if (this.#idleness.isHeld) await this.#idleness.untilLetIn(patience);
      const stopWaiting = this.#idleness.wait();
      try {
        // A load begins with what its request says, or what is configured; later only what is said counts.
        const onOpening = () => {
          this.#askedAt = this.#clock.now();
          this.#idleness.keepFor(keepAliveMs);
        };
        return this.#lend(await this.#residence.loaded(patience, isByHand, onOpening), keepAliveMs);
      } finally {
        stopWaiting();
      }
    } finally {
      callOff();
    }
  }

  isIdle(): boolean {
    return this.#idleness.isIdle();
  }

  hold(): () => void {
    return this.#idleness.hold();
  }

  async whenIdle(): Promise<void> {
    while (!this.#residence.isVacant && !this.isIdle()) await this.#idleness.nextIdle();
  }

  unload(): Promise<void> {
    this.#idleness.callOffExpiry();
    return this.#residence.unload();
  }

  /** Unloads it once its requests are answered; new ones wait, and load it again. */
  async unloadWhenIdle(signal: AbortSignal): Promise<void> {
    const release = this.hold();
    try {
      await unlessAborted(this.whenIdle(), signal);
      await this.unload();
      this.#residence.forgetFailure();
    } finally {
      release();
    }
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    this.#idleness.callOffExpiry();
    await this.#residence.close();
    this.#idleness.wakeIdleWaiters();
  }

  #lend(engine: LocalEngine, keepAliveMs: number | undefined): Loan {
    if (keepAliveMs !== undefined) this.#idleness.keepFor(keepAliveMs);
    return { engine, release: this.#idleness.use() };
  }
}
