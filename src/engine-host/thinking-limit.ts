import type { ReasoningTracker } from '../formats/reasoning-tracker.ts';

interface ThinkingLimitOptions {
  readonly tracker: ReasoningTracker;
  /** Tokens that the model may reason, of its own. */
  readonly budget: number;
  /** What ends the reasoning and begins the answer. */
  readonly close: string;
  readonly tokenize: (text: string) => Iterable<number>;
  readonly textOf: (tokens: readonly number[]) => string;
}

/** Ends a model's reasoning when it has used its budget, by tokens that stand in place of what it would choose. */
export class ThinkingLimit {
  readonly #options: ThinkingLimitOptions;
  #due: number[] = [];
  /** Whether the text that ends reasoning was written since the model began to reason. */
  #isWritten = false;

  constructor(options: ThinkingLimitOptions) {
    this.#options = options;
  }

  /** The token that has to come next; undefined while the model may choose. */
  next(): number | undefined {
    const { tracker, budget, close, tokenize } = this.#options;
    if (!tracker.isReasoning) this.#isWritten = false;
    // Where the text did not end the reasoning it would not the next time either.
    if (this.#due.length === 0 && tracker.isReasoning && tracker.tokens >= budget && !this.#isWritten) {
      this.#due = this.#restOf(close) ?? [...tokenize(close)];
      this.#isWritten = true;
    }
    return this.#due[0];
  }

  /** The same, where what stands behind the mark is not permitted and a token that has some of it neither. */
  nextOfMarkAlone(): number | undefined {
    const mark = this.#options.close.trim();
    this.#due = this.#restOf(mark) ?? [...this.#options.tokenize(mark)];
    this.#isWritten = true;
    return this.#due[0];
  }

  /** Where the model has begun the mark itself: what is missing of it, if tokens can spell that alone. */
  #restOf(close: string): number[] | undefined {
    const { tracker, tokenize, textOf } = this.#options;
    const mark = close.trimStart();
    if (tracker.held === '' || !mark.startsWith(tracker.held)) return undefined;
    const rest = mark.slice(tracker.held.length);
    const tokens = [...tokenize(rest)];
    // Some tokenizers begin every text with a space.
    return textOf(tokens) === rest ? tokens : undefined;
  }

  /** The token came. */
  took(): void {
    this.#due.shift();
  }

  /** What follows the reasoning's end is up to others: gives up the rest. False where the reasoning is not over. */
  letGo(): boolean {
    this.#due = [];
    this.#isWritten = false;
    return !this.#options.tracker.isReasoning;
  }
}
