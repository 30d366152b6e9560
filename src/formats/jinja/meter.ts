import { JinjaError } from './jinja-error.ts';

/** What one rendering may use. A step is about one node of the template visited, or one element touched. */
export interface RenderLimits {
  readonly steps: number;
  /** Bounds the output, and every text a template makes on the way. */
  readonly outputCharacters: number;
}

/** So many characters of text are as much work as one step. */
const charactersPerStep = 64;
const copiedElementsPerStep = 4;
const deepestCalls = 200;

/** Counts what a rendering uses and ends it with a `limit` error, before the work is done rather than after. */
export class Meter {
  readonly #limits: RenderLimits;
  #steps = 0;
  #depth = 0;

  constructor(limits: RenderLimits) {
    this.#limits = limits;
  }

  step(count = 1): void {
    this.#steps += count;
    if (this.#steps > this.#limits.steps) {
      throw new JinjaError('limit', `The template takes more than ${this.#limits.steps} steps.`);
    }
  }

  /** Refuses text that is longer than any text may be. */
  fits(length: number): void {
    if (length > this.#limits.outputCharacters) {
      throw new JinjaError('limit', `The template makes more than ${this.#limits.outputCharacters} characters.`);
    }
  }

  /** Charges for text of this length that is about to be read or made. */
  text(length: number): void {
    this.fits(length);
    this.step(Math.ceil(length / charactersPerStep));
  }

  /** Charges for work with each character of a text, where `text` stands for what engines do with a whole one. */
  characters(length: number): void {
    this.fits(length);
    this.step(Math.ceil(length / 2));
  }

  /** Charges for copying or passing over so many elements, which is far less work than doing something with each. */
  elements(count: number): void {
    this.step(Math.ceil(count / copiedElementsPerStep));
  }

  /** Runs a call of a macro or of a recursive loop. */
  nested<Result>(run: () => Result): Result {
    if (this.#depth >= deepestCalls) throw new JinjaError('limit', 'The template calls itself too deeply.');
    this.#depth++;
    try {
      return run();
    } finally {
      this.#depth--;
    }
  }
}
