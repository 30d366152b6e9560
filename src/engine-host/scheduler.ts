import koffi from 'koffi';
import { ManifoldError } from '../errors.ts';
import type { Generation } from './generation.ts';
import { logProbabilities } from './log-probabilities.ts';
import { TokenBatch } from './libllama/batch.ts';
import type { LoadedModel } from './model.ts';

/** Where the scheduler stands, for health and metrics. */
export interface SchedulerLoad {
  readonly running: number;
  readonly waiting: number;
}

/**
 * Continuous batching in its first form: each step decodes one token of every running generation, in slot
 * order, and fills what is left of the batch with prompt tokens. Generations beyond the slots wait in turn.
 */
export class Scheduler {
  readonly #model: LoadedModel;
  readonly #maxWaiting: number;
  readonly #batch: TokenBatch;
  readonly #slots: (Generation | undefined)[];
  readonly #waiting: Generation[] = [];
  readonly #onFatal: (error: ManifoldError) => void;
  #isRunning = false;

  constructor(model: LoadedModel, options: { maxWaiting: number; onFatal: (error: ManifoldError) => void }) {
    this.#model = model;
    this.#maxWaiting = options.maxWaiting;
    this.#onFatal = options.onFatal;
    this.#batch = new TokenBatch(model.batchTokens);
    this.#slots = Array.from({ length: model.slots }, () => undefined);
  }

  load(): SchedulerLoad {
    return { running: this.#slots.filter(Boolean).length, waiting: this.#waiting.length };
  }

  /** Queues the choices of one request together, or refuses them all with `engine_overloaded`. */
  submit(generations: readonly Generation[]): void {
    if (this.#waiting.length >= this.#maxWaiting) {
      throw new ManifoldError('engine_overloaded', 'Too many requests are waiting for this model; try again shortly.', {
        retryAfterSeconds: 1,
      });
    }
    this.#waiting.push(...generations);
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      for (this.#assign(); this.#slots.some(Boolean); this.#assign()) await this.#step();
    } catch (cause) {
      this.#failAll(new ManifoldError('engine_error', 'The engine failed while decoding.', { cause }));
    } finally {
      this.#isRunning = false;
    }
  }

  /** Frees the slots of what is over or unwanted, and gives free slots to those who wait. */
  #assign(): void {
    for (const [slot, generation] of this.#slots.entries()) {
      if (generation?.isCancelled) generation.endCancelled();
      if (generation?.isOver) this.#release(slot);
    }
    while (this.#waiting[0]?.isCancelled) this.#waiting.shift()?.endCancelled();
    for (const [slot, generation] of this.#slots.entries()) {
      if (generation !== undefined) continue;
      const next = this.#nextWanted();
      if (next === undefined) return;
      this.#slots[slot] = next;
    }
  }

  #nextWanted(): Generation | undefined {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if (!next.isCancelled) return next;
      next.endCancelled();
    }
    return undefined;
  }

  #release(slot: number): void {
    this.#slots[slot] = undefined;
    this.#model.library.removeSequence(this.#model.memory, slot, -1, -1);
  }

  async #step(): Promise<void> {
    const rows = this.#fill();
    const code = await this.#model.library.decode(this.#model.context, this.#batch.native());
    if (code < -1 || code === 2) {
      const error = new ManifoldError('engine_error', `The engine could not decode (code ${code}).`);
      this.#failAll(error);
      this.#onFatal(error);
      return;
    }
    if (code !== 0) {
      this.#failAll(new ManifoldError('engine_error', `The engine refused a batch (code ${code}).`));
      return;
    }
    for (const [generation, row] of rows) {
      if (!generation.isCancelled) this.#sample(generation, row);
    }
  }

  /** Fills the batch; returns the row of each generation whose next token can be sampled after the step. */
  #fill(): Map<Generation, number> {
    const rows = new Map<Generation, number>();
    const batch = this.#batch;
    batch.clear();
    for (const [slot, generation] of this.#slots.entries()) {
      if (generation?.nextToken === undefined) continue;
      rows.set(generation, batch.add(generation.nextToken, generation.position++, slot, true));
    }
    for (const [slot, generation] of this.#slots.entries()) {
      if (!generation?.isPrefilling) continue;
      const { prompt } = generation.options;
      while (generation.isPrefilling && batch.room > 0) {
        const isLast = generation.position === prompt.length - 1;
        const row = batch.add(prompt[generation.position] ?? 0, generation.position, slot, isLast);
        generation.position++;
        if (isLast) rows.set(generation, row);
      }
    }
    return rows;
  }

  #sample(generation: Generation, row: number): void {
    const { library, context, vocabulary } = this.#model;
    const address = library.logitsRow(context, row);
    // Sampling a row without logits ends the process.
    if (address === null) return generation.fail(new ManifoldError('engine_error', 'The engine returned no logits.'));
    const logits = new Float32Array(koffi.view(address, vocabulary.size * 4));
    const masked = generation.mustContinue ? vocabulary.endOfGeneration : [];
    const unmasked = masked.map((end) => logits[end] ?? -Infinity);
    for (const end of masked) logits[end] = -Infinity;
    const token = generation.sampler.sample(context, row);
    if (!Number.isFinite(logits[token])) {
      return generation.fail(
        new ManifoldError('engine_error', 'The model produced numbers that are no probabilities.'),
      );
    }
    // What is reported, and whoever else samples this row, sees what the model said.
    for (const [at, end] of masked.entries()) logits[end] = unmasked[at] ?? -Infinity;
    const { topLogprobs } = generation.options;
    const probabilities = topLogprobs === undefined ? undefined : logProbabilities(logits, token, topLogprobs);
    generation.accept(token, vocabulary, probabilities);
  }

  #failAll(error: ManifoldError): void {
    for (const [slot, generation] of this.#slots.entries()) {
      generation?.fail(error);
      if (generation) this.#release(slot);
    }
  }
}
