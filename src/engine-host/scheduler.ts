import { ManifoldError, toManifoldError } from '../errors.ts';
import type { Generation } from './generation.ts';
import { Lane } from './lane.ts';
import type { LoadedModel } from './model.ts';
import { steadyBatchTokens } from './steady-context.ts';

/** Where the scheduler stands, for health and metrics. */
export interface SchedulerLoad {
  readonly running: number;
  readonly waiting: number;
  /** Milliseconds that the running decode has taken so far; 0 between decodes. Grows when the engine hangs. */
  readonly stalledMs: number;
}

interface SchedulerOptions {
  readonly maxWaiting: number;
  /** The model's memory is in an unknown state; everyone was told. */
  readonly onFatal: (error: ManifoldError) => void;
}

/**
 * Runs the lanes in turn as long as there is work. There is one for requests that share a context, and one,
 * opened when it is first needed, for those whose text may not depend on what runs beside them.
 */
export class Scheduler {
  readonly #model: LoadedModel;
  readonly #options: SchedulerOptions;
  readonly #shared: Lane;
  #own: Lane | undefined;
  #opening: Promise<Lane> | undefined;
  #isRunning = false;

  constructor(model: LoadedModel, options: SchedulerOptions) {
    this.#model = model;
    this.#options = options;
    this.#shared = new Lane(model.context, { cost: model.cost, copyMs: model.copyMs, reusesPrefixes: true });
  }

  load(): SchedulerLoad {
    const lanes = this.#lanes();
    return {
      running: lanes.reduce((sum, { running }) => sum + running, 0),
      waiting: lanes.reduce((sum, { waiting }) => sum + waiting, 0),
      stalledMs: Math.max(...lanes.map(({ decodingMs }) => decodingMs)),
    };
  }

  /** Queues the choices of one request together, or refuses them all with `engine_overloaded`. */
  async submit(generations: readonly Generation[]): Promise<void> {
    if (this.load().waiting >= this.#options.maxWaiting) throw tooManyWaiting();
    const isOwn = generations.some(({ request }) => request.isDeterministic);
    const lane = isOwn ? await this.#ownLane() : this.#shared;
    for (const generation of generations) lane.submit(generation);
    if (!this.#isRunning) void this.#run();
  }

  /** Ends a generation that nobody waits for any more. */
  cancel(generation: Generation): void {
    generation.cancel();
    (generation.request.isDeterministic ? this.#own : this.#shared)?.leave(generation);
  }

  #lanes(): Lane[] {
    return this.#own ? [this.#shared, this.#own] : [this.#shared];
  }

  #ownLane(): Promise<Lane> {
    this.#opening ??= this.#model.openOwnContext().then(
      (context) =>
        (this.#own = new Lane(context, {
          cost: this.#model.cost,
          copyMs: this.#model.copyMs,
          reusesPrefixes: false,
          fixedPromptTokens: steadyBatchTokens,
        })),
    );
    // A failed attempt, for want of memory say, is not remembered.
    this.#opening.catch(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#lanes().some(isBusy)) {
        for (const lane of this.#lanes()) if (isBusy(lane)) await lane.round();
      }
    } catch (cause) {
      const error = toManifoldError(cause);
      for (const lane of this.#lanes()) lane.failAll(error);
      this.#options.onFatal(error);
    } finally {
      this.#isRunning = false;
    }
  }
}

function isBusy({ running, waiting }: Lane): boolean {
  return running + waiting > 0;
}

export function tooManyWaiting(): ManifoldError {
  return new ManifoldError('engine_overloaded', 'Too many requests are waiting for this model; try again shortly.', {
    retryAfterSeconds: 1,
  });
}
