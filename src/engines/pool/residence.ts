import type { LoadPlan } from '../../api/internal/engine-host.ts';
import { toManifoldError, type ManifoldError } from '../../errors.ts';
import type { Places } from '../../lib/places.ts';
import { unlessAborted } from '../../lib/unless-aborted.ts';
import type { EngineState } from '../engine.ts';
import type { Admit, LocalEngine } from '../local-engine.ts';
import { shuttingDown, stillLoading } from './not-loaded.ts';
import type { Room, Tenant } from './room.ts';

interface ResidenceParts {
  /** Who lives there, as the room knows it. */
  readonly tenant: Tenant;
  readonly room: Room;
  readonly line: Places;
  /** Makes its engine, not started. */
  readonly create: (admit: Admit) => Promise<LocalEngine>;
  /** Told when a load ended: by what failure, if not well. */
  readonly onOpened: (failure: ManifoldError | undefined) => void;
  /** Told when its engine was given room. */
  readonly onAdmitted: () => void;
  /** Told when its engine is gone, and its memory free. */
  readonly onGone: () => void;
}

/** The memory of one model, and what is in it: how its engine is loaded and unloaded, and why it cannot be. */
export class Residence {
  readonly #parts: ResidenceParts;
  #engine: LocalEngine | undefined;
  #opening: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  /** Aborted when nobody waits for it any more while it has no room. */
  #giveUp = new AbortController();
  /** Why it cannot be loaded: as those are told who ask it, and as its state says. */
  #failure: { readonly error: ManifoldError; readonly state: EngineState } | undefined;
  /** Why there was no memory for it the last time. */
  #refused: string | undefined;
  /** Leaves the line, once there is room for it. */
  #leaveLine: () => void = () => undefined;
  #isAdmitted = false;
  #isOnDemand = false;
  #isClosed = false;

  constructor(parts: ResidenceParts) {
    this.#parts = parts;
  }

  get engine(): LocalEngine | undefined {
    return this.#engine;
  }

  get isAdmitted(): boolean {
    return this.#isAdmitted;
  }

  /** Whether there is an engine, and it is neither being loaded nor unloaded. */
  get isSettled(): boolean {
    return this.#engine !== undefined && !this.#opening && !this.#closing;
  }

  /** Whether there is no engine, and none is being loaded. */
  get isVacant(): boolean {
    return this.#engine === undefined && this.#opening === undefined;
  }

  /** The engine, where it can be asked without waiting. */
  get ready(): LocalEngine | undefined {
    const isUsable = this.isSettled && !this.#isClosed && !this.#failure && this.#engine?.state().kind === 'ready';
    return isUsable ? this.#engine : undefined;
  }

  state(): EngineState {
    if (this.#failure) return this.#failure.state;
    const available: EngineState = {
      kind: 'available',
      ...(this.#refused !== undefined && { refused: this.#refused }),
    };
    const state = this.#engine?.state() ?? (this.#opening ? { kind: 'loading', progress: 0 } : available);
    const failure = state.kind === 'failed' ? this.#engine?.failure() : undefined;
    if (failure?.code === 'insufficient_memory') return { kind: 'available', refused: failure.message };
    return state.kind === 'loading' && this.#isOnDemand ? { ...state, isOnDemand: true } : state;
  }

  /**
   * The engine, loaded if need be; `onOpening` is told if this is what loads it. Throws what keeps it from being loaded,
   * and the signal's reason when it is aborted before.
   */
  async loaded(patience: AbortSignal, isByHand: boolean, onOpening: () => void): Promise<LocalEngine> {
    if (isByHand) this.forgetFailure();
    for (;;) {
      patience.throwIfAborted();
      if (this.#isClosed) throw shuttingDown();
      if (this.#closing) await unlessAborted(this.#closing, patience);
      else if (this.#failure) throw this.#failure.error;
      else if (this.#opening) await unlessAborted(this.#opening.catch(unlessGivenUp), patience);
      else if (this.#engine?.state().kind === 'failed') {
        await this.#giveBack(this.#engine);
        // What ended it is why somebody has it loaded anew.
        if (isByHand) this.forgetFailure();
      } else if (this.#engine) return this.#engine;
      else {
        this.#isOnDemand = !isByHand;
        this.#refused = undefined;
        onOpening();
        this.#giveUp = new AbortController();
        this.#opening = this.#open();
        // Whoever waits is told; it may be nobody any more.
        this.#opening.then(
          () => this.#endOpening(undefined),
          (failure: unknown) => this.#endOpening(toManifoldError(failure)),
        );
      }
    }
  }

  /** Nobody waits for it: a load that has no room yet is given up. */
  giveUpOpening(): void {
    if (this.#opening) this.#giveUp.abort(stillLoading());
  }

  /** The next one who asks has it loaded again, whatever kept it from that before. */
  forgetFailure(): void {
    this.#failure = undefined;
  }

  unload(): Promise<void> {
    const engine = this.#engine;
    if (!engine) return this.#closing ?? Promise.resolve();
    // One that died and asks for room again needs none now.
    this.#giveUp.abort(stillLoading());
    return this.#end(engine);
  }

  /** Ends it for good. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#giveUp.abort(shuttingDown());
    return this.unload();
  }

  async #open(): Promise<void> {
    this.#leaveLine = await this.#parts.line.enter(this.#giveUp.signal);
    try {
      await this.#start();
    } finally {
      this.#leaveLine();
    }
  }

  #endOpening(failure: ManifoldError | undefined): void {
    this.#opening = undefined;
    this.#parts.onOpened(failure);
  }

  async #start(): Promise<void> {
    const { create, room, tenant } = this.#parts;
    const engine = await create((plan) => this.#admit(plan));
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
    room.settled(tenant, engine.facts().need);
  }

  /** Also asked when a host that died is started again. */
  async #admit(plan: LoadPlan): Promise<number> {
    const { room, tenant, onAdmitted } = this.#parts;
    const bytes = await room.admit(tenant, plan, this.#giveUp.signal);
    this.#leaveLine();
    this.#isAdmitted = true;
    onAdmitted();
    return bytes;
  }

  /** An engine that failed is ended. Why is remembered, unless it may be otherwise next time. */
  async #giveBack(engine: LocalEngine): Promise<void> {
    const failure = engine.failure();
    const state = engine.state();
    if (failure && !mayPass(failure))
      this.#failure = {
        error: failure,
        state: state.kind === 'failed' ? state : { kind: 'failed', message: failure.message },
      };
    this.#refused = failure?.code === 'insufficient_memory' ? failure.message : undefined;
    await this.#end(engine);
  }

  /** Once for all who want it: its successor is not to be dropped for it. */
  #end(engine: LocalEngine): Promise<void> {
    this.#closing ??= engine.close().finally(() => {
      this.#closing = undefined;
      this.#drop();
    });
    return this.#closing;
  }

  #drop(): void {
    this.#engine = undefined;
    this.#isAdmitted = false;
    const { room, tenant, onGone } = this.#parts;
    room.left(tenant);
    onGone();
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
