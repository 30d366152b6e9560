import type { EmbeddingTask } from './embedding-task.ts';

/** A text of a task that is put into a batch. */
export interface Place {
  readonly task: EmbeddingTask;
  readonly index: number;
  readonly tokens: Int32Array;
}

/** Tasks with texts that are in no batch yet. They take turns, a text each, so that a long list delays nobody. */
export class EmbeddingLine {
  #line: EmbeddingTask[] = [];
  #tokens = 0;

  get length(): number {
    return this.#line.length;
  }

  /** Tokens of all texts that wait. */
  get tokens(): number {
    return this.#tokens;
  }

  push(task: EmbeddingTask): void {
    this.#line.push(task);
    this.#tokens += task.waitingTokens;
  }

  remove(task: EmbeddingTask): void {
    const at = this.#line.indexOf(task);
    if (at < 0) return;
    this.#line.splice(at, 1);
    this.#tokens -= task.waitingTokens;
  }

  /** The next batch: texts in turn while they are at most `tokens` long together, or one that is longer by itself. */
  takeBatch(limits: { readonly tokens: number; readonly texts: number }): Place[] {
    const batch: Place[] = [];
    let taken = 0;
    for (let task = this.#line[0]; task !== undefined && batch.length < limits.texts; task = this.#line[0]) {
      const tokens = task.texts[task.next];
      if (tokens === undefined) {
        this.#line.shift();
        continue;
      }
      if (batch.length > 0 && taken + tokens.length > limits.tokens) break;
      this.#line.shift();
      batch.push({ task, index: task.next++, tokens });
      taken += tokens.length;
      if (task.next < task.texts.length) this.#line.push(task);
    }
    this.#tokens -= taken;
    return batch;
  }

  /** Empties the line. */
  takeAll(): EmbeddingTask[] {
    const all = this.#line;
    this.#line = [];
    this.#tokens = 0;
    return all;
  }
}
