import type { LoadPlan } from '../../api/internal/engine-host.ts';
import { ManifoldError, toManifoldError } from '../../errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { unlessAborted } from '../../lib/unless-aborted.ts';
import type { EngineState } from '../engine.ts';
import type { Admit, LocalEngine } from '../local-engine.ts';
import type { Line } from './line.ts';
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
  readonly line: Line;
  readonly clock: Clock;
  /** Told when it is loaded or unloaded. */
  readonly onChange: () => void;
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
  readonly #parts: PooledModelParts;
  lastUsedAt = 0;
  #engine: LocalEngine | undefined;
  #opening: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  /** Aborted when nobody waits for it any more while it has no room. */
  #giveUp = new AbortController();
  /** Why it cannot be loaded: as clients are told, and as whoever runs the server is. */
  #failure: { readonly error: ManifoldError; readonly message: string } | undefined;
  /** Leaves the line, once there is room for it. */
  #leaveLine: () => void = () => undefined;
  #isAdmitted = false;
  #isOnDemand = false;
  #isClosed = false;
  #users = 0;
  #waiting = 0;
  #held = 0;
  #keepAliveMs: number;
  #expiry: { readonly at: number; readonly callOff: () => void } | undefined;
  #idleWaiters: (() => void)[] = [];
  #holdWaiters: (() => void)[] = [];

  constructor(settings: PooledModelSettings, parts: PooledModelParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.#keepAliveMs = settings.keepAliveMs;
  }

  get id(): string {
    return this.#settings.id;
  }

  get isPinned(): boolean {
    return this.#settings.isPinned;
  }

  /** Its engine, while it has one. */
  get engine(): LocalEngine | undefined {
    return this.#engine;
  }

  /** Whether it has room, and so takes part of the processor. */
  get isAdmitted(): boolean {
    return this.#isAdmitted;
  }

  /** Requests that it answers, and that wait for it. */
  get users(): number {
    return this.#users + this.#waiting;
  }

  /** When it is unloaded if nobody asks, on the clock; undefined while that is not foreseen. */
  get expiresAt(): number | undefined {
    return this.#expiry?.at;
  }

  state(): EngineState {
    if (this.#failure) return { kind: 'failed', message: this.#failure.message };
    const state = this.#engine?.state() ?? (this.#opening ? { kind: 'loading', progress: 0 } : { kind: 'available' });
    if (state.kind === 'failed' && this.#engine?.failure()?.code === 'insufficient_memory')
      return { kind: 'available' };
    return state.kind === 'loading' && this.#isOnDemand ? { ...state, isOnDemand: true } : state;
  }

  /**
   * The loaded model, to be given back. Waits for it to be loaded, at most as long as is configured. Throws
   * `model_loading` when that is over, and whatever keeps the model from being loaded.
   */
  async borrow(signal: AbortSignal, options: LoadOptions = {}): Promise<Loan> {
    const { clock } = this.#parts;
    if (this.#waiting >= this.#settings.mostWaiting) throw tooManyWaiting();
    const deadline = new AbortController();
    const atMost = options.isByHand ? Infinity : this.#settings.loadTimeoutMs;
    const callOff = clock.after(atMost, () => deadline.abort(stillLoading()));
    const patience = AbortSignal.any([signal, deadline.signal]);
    try {
      if (this.#held > 0) await this.#untilLetIn(patience);
      this.#waiting++;
      this.#callOffExpiry();
      try {
        const engine = await this.#loaded(patience, options);
        return this.#lend(engine, options);
      } finally {
        this.#waiting--;
        this.#noteIdle();
      }
    } finally {
      callOff();
    }
  }

  isIdle(): boolean {
    return this.#engine !== undefined && !this.#opening && !this.#closing && this.#users + this.#waiting === 0;
  }

  hold(): () => void {
    this.#held++;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#held--;
      if (this.#held > 0) return;
      for (const wake of this.#holdWaiters.splice(0)) wake();
      this.#noteIdle();
    };
  }

  async whenIdle(): Promise<void> {
    while (this.#engine !== undefined && !this.isIdle())
      await new Promise<void>((wake) => this.#idleWaiters.push(wake));
  }

  unload(): Promise<void> {
    const engine = this.#engine;
    if (!engine) return this.#closing ?? Promise.resolve();
    this.#callOffExpiry();
    // One that died and asks for room again needs none now.
    this.#giveUp.abort(stillLoading());
    this.#closing ??= engine.close().finally(() => {
      this.#closing = undefined;
      this.#drop();
    });
    return this.#closing;
  }

  /** Unloads it once its requests are answered; new ones wait, and load it again. */
  async unloadWhenIdle(signal: AbortSignal): Promise<void> {
    const release = this.hold();
    try {
      await unlessAborted(this.whenIdle(), signal);
      await this.unload();
      this.#failure = undefined;
    } finally {
      release();
    }
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#giveUp.abort(shuttingDown());
    await this.unload();
    this.#wakeIdleWaiters();
  }

  /** Whoever comes while it is to be put out waits outside. */
  async #untilLetIn(patience: AbortSignal): Promise<void> {
    while (this.#held > 0) await unlessAborted(new Promise<void>((wake) => this.#holdWaiters.push(wake)), patience);
  }

  async #loaded(patience: AbortSignal, { isByHand = false, keepAliveMs }: LoadOptions): Promise<LocalEngine> {
    if (isByHand) this.#failure = undefined;
    for (;;) {
      patience.throwIfAborted();
      if (this.#isClosed) throw shuttingDown();
      if (this.#closing) await unlessAborted(this.#closing, patience);
      else if (this.#failure) throw this.#failure.error;
      else if (this.#opening) await unlessAborted(this.#opening.catch(unlessGivenUp), patience);
      else if (this.#engine?.state().kind === 'failed') await this.#giveBack(this.#engine);
      else if (this.#engine) return this.#engine;
      else {
        this.#isOnDemand = !isByHand;
        this.#keepAliveMs = keepAliveMs ?? this.#settings.keepAliveMs;
        this.#giveUp = new AbortController();
        this.#opening = this.#open().finally(() => {
          this.#opening = undefined;
          this.#noteIdle();
        });
        // Whoever waits is told; it may be nobody any more.
        this.#opening.catch(() => undefined);
      }
    }
  }

  async #open(): Promise<void> {
    this.#leaveLine = await this.#parts.line.enter(this.#giveUp.signal);
    try {
      await this.#start();
    } finally {
      this.#leaveLine();
    }
  }

  async #start(): Promise<void> {
    const engine = await this.#settings.create((plan) => this.#admit(plan));
    if (this.#isClosed) return engine.close();
    this.#engine = engine;
    await engine.start();
    if (engine.state().kind === 'failed') {
      const failure = engine.failure();
      await this.#giveBack(engine);
      if (failure) throw failure;
    }
    // What it asks from now on it asks for when it is started again.
    this.#giveUp = new AbortController();
    this.#parts.room.settled(this, engine.facts().need);
  }

  /** Also asked when a host that died is started again. */
  async #admit(plan: LoadPlan): Promise<number> {
    const bytes = await this.#parts.room.admit(this, plan, this.#giveUp.signal);
    this.#leaveLine();
    this.#isAdmitted = true;
    this.#parts.onChange();
    return bytes;
  }

  /** An engine that failed is ended. Why is remembered, unless it may be otherwise next time. */
  async #giveBack(engine: LocalEngine): Promise<void> {
    const failure = engine.failure();
    const state = engine.state();
    if (failure && !mayPass(failure))
      this.#failure = { error: failure, message: state.kind === 'failed' ? state.message : failure.message };
    await engine.close();
    this.#drop();
  }

  #drop(): void {
    this.#engine = undefined;
    this.#isAdmitted = false;
    this.#parts.room.left(this);
    this.#wakeIdleWaiters();
    this.#parts.onChange();
  }

  #lend(engine: LocalEngine, { keepAliveMs }: LoadOptions): Loan {
    if (keepAliveMs !== undefined) this.#keepAliveMs = keepAliveMs;
    this.#users++;
    let isLent = true;
    return {
      engine,
      release: () => {
        if (!isLent) return;
        isLent = false;
        this.#users--;
        this.lastUsedAt = this.#parts.clock.now();
        this.#noteIdle();
      },
    };
  }

  #noteIdle(): void {
    if (this.#users + this.#waiting > 0) return;
    if (this.#opening) return this.#giveUp.abort(stillLoading());
    if (!this.isIdle()) return;
    this.#wakeIdleWaiters();
    this.#callOffExpiry();
    if (this.isPinned || this.#keepAliveMs === Infinity || this.#held > 0) return;
    const { clock } = this.#parts;
    const callOff = clock.after(this.#keepAliveMs, () => {
      if (this.isIdle()) void this.unload();
    });
    this.#expiry = { at: clock.now() + this.#keepAliveMs, callOff };
  }

  #callOffExpiry(): void {
    this.#expiry?.callOff();
    this.#expiry = undefined;
  }

  #wakeIdleWaiters(): void {
    for (const wake of this.#idleWaiters.splice(0)) wake();
  }
}

/** Whether a failure to load says nothing about the next attempt. */
function mayPass(failure: ManifoldError): boolean {
  return failure.code === 'insufficient_memory' || failure.isRetryable;
}

/** A load that was given up because nobody waited begins again for who comes now. */
function unlessGivenUp(failure: unknown): void {
  if (toManifoldError(failure).code !== 'model_loading') throw failure;
}

function stillLoading(): ManifoldError {
  return new ManifoldError(
    'model_loading',
    'The model is still loading, or waits for memory that other models use; try again shortly.',
    { retryAfterSeconds: 5 },
  );
}

function tooManyWaiting(): ManifoldError {
  return new ManifoldError(
    'engine_overloaded',
    'Too many requests wait for this model to be loaded; try again shortly.',
    {
      retryAfterSeconds: 5,
    },
  );
}

function shuttingDown(): ManifoldError {
  return new ManifoldError('shutting_down', 'The server is shutting down.', { retryAfterSeconds: 5 });
}
