import { ManifoldError, toManifoldError } from '../../errors.ts';
import { tooManyWaiting, type SchedulerLoad } from '../scheduler.ts';
import { packedTokens } from './choose-embedding-sizes.ts';
import type { EmbeddingContext } from './embedding-context.ts';
import { EmbeddingLine, type Place } from './embedding-line.ts';
import { EmbeddingTask } from './embedding-task.ts';

/** Tokens that may wait, about 16 MB of them: lists of texts are longer than prompts. */
const mostWaitingTokens = 4 << 20;

interface SchedulerOptions {
  /** Requests that may wait before new ones are refused. */
  readonly maxWaiting: number;
  /** Texts of one batch. */
  readonly sequences: number;
  /** The model is in an unknown state; everyone was told. */
  readonly onFatal: (error: ManifoldError) => void;
}

/** Turns the texts of all requests into vectors, batch after batch, as long as there are any. */
export class EmbeddingScheduler {
  readonly #context: EmbeddingContext;
  readonly #options: SchedulerOptions;
  readonly #line = new EmbeddingLine();
  #batch: readonly Place[] = [];
  #batchSince = 0;
  #isRunning = false;

  constructor(context: EmbeddingContext, options: SchedulerOptions) {
    this.#context = context;
    this.#options = options;
  }

  load(): SchedulerLoad {
    return {
      running: new Set(this.#batch.map(({ task }) => task)).size,
      waiting: this.#line.length,
      stalledMs: this.#batch.length === 0 ? 0 : performance.now() - this.#batchSince,
    };
  }

  /** Refuses with `engine_overloaded` when there is no room for one more request. */
  requireRoom(): void {
    if (this.#line.length < this.#options.maxWaiting && this.#line.tokens < mostWaitingTokens) return;
    throw tooManyWaiting();
  }

  /** Queues texts, given as token ids, or refuses them all. Each must fit into a batch. */
  submit(texts: readonly Int32Array[]): EmbeddingTask {
    this.requireRoom();
    const task = new EmbeddingTask(texts);
    this.#line.push(task);
    if (!this.#isRunning) void this.#run();
    return task;
  }

  /** Ends a task that nobody waits for any more: a batch that is for such tasks only is broken off. */
  cancel(task: EmbeddingTask): void {
    this.#end(task, new ManifoldError('client_closed_request', 'The request was cancelled.'));
    if (this.#batch.every((place) => place.task.isCancelled)) this.#context.abort();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#line.length > 0) {
        this.#batch = this.#line.takeBatch({ tokens: packedTokens, texts: this.#options.sequences });
        if (this.#batch.length > 0) await this.#embed(this.#batch);
      }
    } catch (cause) {
      const error = toManifoldError(cause);
      for (const { task } of this.#batch) task.fail(error);
      for (const task of this.#line.takeAll()) task.fail(error);
      this.#options.onFatal(error);
    } finally {
      this.#batch = [];
      this.#isRunning = false;
    }
  }

  async #embed(batch: readonly Place[]): Promise<void> {
    this.#batchSince = performance.now();
    const vectors = await this.#context.embed(batch.map(({ tokens }) => tokens));
    // Broken off, which happens only when nobody waits for it.
    if (vectors === 'aborted') return;
    const spoiled: Place[] = [];
    for (const [at, place] of batch.entries()) {
      const { task, index } = place;
      const vector = vectors[at];
      if (vector === undefined) spoiled.push(place);
      else if (!task.isCancelled) task.deliver({ index, vector });
    }
    if (batch.length === 1) return spoiled.forEach(({ task }) => this.#end(task, noNumbers()));
    // Whose fault it is shows when each is read by itself.
    for (const place of spoiled) if (!place.task.isCancelled) await this.#embed([place]);
  }

  #end(task: EmbeddingTask, why: ManifoldError): void {
    task.isCancelled = true;
    this.#line.remove(task);
    task.fail(why);
  }
}

/** The model is as it was: nobody else has to end for it. */
function noNumbers(): ManifoldError {
  return new ManifoldError('engine_error', 'The model made values that are no numbers; its file may be damaged.');
}
