import path from 'node:path';
import {
  hostProtocol,
  type HostEvent,
  type HostOptions,
  type LoadPlan,
  type MemoryNeed,
} from '../../api/internal/engine-host.ts';
import { ManifoldError, toManifoldError } from '../../errors.ts';
import type { EngineState } from '../engine.ts';
import type { Admit, LocalFacts } from '../local-engine.ts';
import type { HostProcess } from './host-process.ts';
import { Watchdog } from './watchdog.ts';

export interface SupervisorLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What a supervised process says of itself; `running` is what `ready` is of a program that is not ours. */
export type ProcessEvent =
  | HostEvent
  | {
      readonly event: 'running';
      readonly contextLength: number;
      readonly slots: number;
      /** Which release it is. */
      readonly build: string;
    };

export interface ProcessListeners {
  readonly onEvent: (event: ProcessEvent) => void;
  /** Hears a line of its log. */
  readonly onLog: (line: string) => void;
}

/** What is supervised: a model, and how to start a process that runs it. */
export interface Supervised extends Pick<HostOptions, 'modelId' | 'modelPath' | 'threads'> {
  /** Files beside the model's that may be named in what goes wrong. */
  readonly otherFiles?: readonly string[];
  /** With so many threads, which may have become others since. Throws why nothing was started. */
  readonly start: (listeners: ProcessListeners, threads: number) => HostProcess;
}

/** Waits between restarts in milliseconds: first and most; it doubles between them. */
const backOff = { first: 100, most: 30_000 };
/** This many deaths within this time and the model is given up. */
const givingUp = { deaths: 5, withinMs: 5 * 60_000 };

/** Times what a running engine may be silent that one may be which loads: a slow disk is no fault, a dead one is. */
const loadingPatience = 10;

interface SupervisorParts {
  readonly stallTimeoutMs: number;
  readonly admit: Admit;
  readonly log: SupervisorLog;
}

/** Keeps one engine host alive: starts it, restarts it with growing waits, gives up on one that keeps dying. */
export class Supervisor {
  readonly #options: Supervised;
  #threads: number;
  readonly #admit: Admit;
  readonly #log: SupervisorLog;
  readonly #watchdog: Watchdog;
  readonly #deaths: number[] = [];
  /** Times that no host could be started, one after the other. */
  #unstarted = 0;
  #state: EngineState = { kind: 'loading', progress: 0 };
  #host: HostProcess | undefined;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #waiters: (() => void)[] = [];
  #need: MemoryNeed | undefined;
  #residentBytes: number | undefined;
  /** Why it may not load, which is not the model's fault. */
  #refusal: ManifoldError | undefined;

  constructor(options: Supervised, { stallTimeoutMs, admit, log }: SupervisorParts) {
    this.#threads = options.threads;
    this.#options = options;
    this.#admit = admit;
    this.#log = log;
    this.#watchdog = new Watchdog(stallTimeoutMs, () => this.#onStall());
  }

  state(): EngineState {
    return this.#state;
  }

  facts(): LocalFacts {
    return {
      pid: this.#host?.pid,
      need: this.#need,
      residentBytes: this.#residentBytes,
      threads: this.#threads,
    };
  }

  setThreads(threads: number): void {
    if (threads === this.#threads) return;
    this.#threads = threads;
    this.#host?.tell({ command: 'threads', threads });
  }

  failure(): ManifoldError | undefined {
    if (this.#state.kind !== 'failed') return undefined;
    return this.#refusal ?? this.#unavailable(this.#state.message);
  }

  start(): void {
    if (this.#isClosed || this.#host) return;
    const listeners: ProcessListeners = {
      onEvent: (event) => this.#onEvent(event),
      onLog: (line) => this.#log.debug({ engine: this.#options.modelId }, line),
    };
    try {
      this.#host = this.#options.start(listeners, this.#threads);
    } catch (failure) {
      return this.#startLater(failure);
    }
    this.#unstarted = 0;
    this.#watchdog.start(loadingPatience);
    void this.#host.exited.then((end) => this.#onExit(end));
  }

  /** Resolves when the first or the current attempt to load ended, well or not. */
  async settled(): Promise<void> {
    while (this.#state.kind === 'loading' && !this.#isClosed)
      await new Promise<void>((wake) => this.#waiters.push(wake));
  }

  /** Resolves when the host is ready; throws why it is not, at the latest after `timeoutMs`. */
  async ready(signal: AbortSignal, timeoutMs: number): Promise<void> {
    if (this.#state.kind === 'ready') return;
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const expired = new Promise<void>((resolve) => deadline.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([this.settled(), expired]);
    if (signal.aborted) throw new ManifoldError('client_closed_request', 'The request was cancelled.');
    const failure = this.failure();
    if (failure) throw failure;
    if (this.state().kind !== 'ready') {
      throw new ManifoldError('model_loading', 'The model is still loading; try again shortly.', {
        retryAfterSeconds: 5,
      });
    }
  }

  #unavailable(reason: string): ManifoldError {
    const message = `This model cannot run: ${this.#withoutPlaces(reason)}`;
    return new ManifoldError('model_unavailable', message, { param: 'model' });
  }

  /** What a client may know: the reason, but not where on the machine the files lie. */
  #withoutPlaces(reason: string): string {
    const { modelPath, otherFiles = [] } = this.#options;
    const bare = (text: string, file: string) =>
      // Further parts of a divided model lie beside the first.
      text.replaceAll(file, path.basename(file)).replaceAll(path.dirname(file) + path.sep, '');
    return [modelPath, ...otherFiles].reduce(bare, reason);
  }

  /** Resolves when the current host's exit was taken note of; soon in any case, for a host that lives after all. */
  async exitNoticed(): Promise<void> {
    await Promise.race([this.#host?.exited, new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#watchdog.stop();
    this.#wake();
    await this.#host?.stop();
  }

  #onEvent(event: ProcessEvent): void {
    switch (event.event) {
      case 'plan':
        return void this.#askForRoom(event);
      case 'progress':
        if (this.#state.kind === 'loading') this.#state = { kind: 'loading', progress: event.fraction };
        return this.#watchdog.beat(0);
      case 'ready':
        if (event.protocol !== hostProtocol)
          return this.#fail('the engine host is of another release; reinstall Manifold.');
        this.#log.info({ engine: this.#options.modelId, ...event }, 'model loaded');
        this.#watchdog.start();
        this.#need = event.need;
        if (event.shrunk !== null)
          this.#log.warn({ engine: this.#options.modelId, shrunk: event.shrunk }, 'model is smaller than configured');
        return this.#become({
          kind: 'ready',
          contextLength: event.contextLength,
          slots: event.slots,
          shrunk: event.shrunk ?? undefined,
          embedding: event.embedding,
        });
      case 'running':
        this.#log.info({ engine: this.#options.modelId, ...event }, 'model loaded');
        this.#watchdog.start();
        return this.#become({ kind: 'ready', contextLength: event.contextLength, slots: event.slots });
      case 'beat':
        this.#residentBytes = event.residentBytes;
        return this.#watchdog.beat(event.stalledMs);
      case 'failed':
        if (event.code === 'insufficient_memory')
          return this.#refuse(new ManifoldError(event.code, event.message, { param: 'model' }));
        return this.#fail(event.message);
      default:
        event satisfies never;
    }
  }

  /** The host waits until it is told that it may load. */
  async #askForRoom(plan: LoadPlan): Promise<void> {
    const host = this.#host;
    this.#need = plan.wanted;
    // How long it waits for room is not its doing.
    this.#watchdog.stop();
    try {
      const bytes = await this.#admit(plan);
      host?.tell({ command: 'load', bytes });
      if (this.#host === host) this.#watchdog.start(loadingPatience);
    } catch (failure) {
      if (this.#isClosed || this.#host !== host) return;
      this.#refuse(toManifoldError(failure));
      await host?.stop();
    }
  }

  #refuse(error: ManifoldError): void {
    this.#refusal = error;
    this.#log.info({ engine: this.#options.modelId, code: error.code, reason: error.message }, 'model not loaded');
    this.#become({ kind: 'failed', message: error.message });
  }

  #onStall(): void {
    this.#log.error({ engine: this.#options.modelId }, 'engine host makes no progress and is ended');
    this.#host?.kill();
  }

  /** The machine has too many files open, or no memory for a process: that passes, and says nothing of the model. */
  #startLater(failure: unknown): void {
    this.#log.error({ engine: this.#options.modelId, err: failure }, 'engine host cannot be started now');
    this.#become({ kind: 'loading', progress: 0 });
    const inMs = Math.min(backOff.most, backOff.first * 2 ** this.#unstarted++);
    this.#timer = setTimeout(() => this.start(), inMs);
  }

  #onExit(end: Awaited<HostProcess['exited']>): void {
    this.#host = undefined;
    this.#residentBytes = undefined;
    this.#watchdog.stop();
    if (this.#isClosed || this.#state.kind === 'failed') return;
    this.#log.error({ engine: this.#options.modelId, ...end }, 'engine host died');
    const now = performance.now();
    this.#deaths.push(now);
    const recent = this.#deaths.filter((at) => now - at < givingUp.withinMs).length;
    if (recent >= givingUp.deaths) {
      return this.#fail(`its engine host died ${recent} times in a row; the log has its last words.`);
    }
    this.#become({ kind: 'loading', progress: 0 });
    this.#timer = setTimeout(() => this.start(), Math.min(backOff.most, backOff.first * 2 ** (recent - 1)));
  }

  #fail(message: string): void {
    this.#log.error({ engine: this.#options.modelId, reason: message }, 'model failed');
    this.#become({ kind: 'failed', message, told: this.#withoutPlaces(message) });
  }

  #become(state: EngineState): void {
    this.#state = state;
    this.#wake();
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
