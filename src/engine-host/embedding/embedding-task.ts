import type { ManifoldError } from '../../errors.ts';

/** The vector of one text of a request. */
export interface EmbeddedText {
  readonly index: number;
  readonly vector: Float32Array;
}

/** The texts of one request, on their way to vectors. Iterating gives the vectors, as many at a time as are there. */
export class EmbeddingTask implements AsyncIterable<readonly EmbeddedText[]> {
  readonly texts: readonly Int32Array[];
  /** The next text that is in no batch yet. */
  next = 0;
  isCancelled = false;
  #done: EmbeddedText[] = [];
  #delivered = 0;
  #failure: ManifoldError | undefined;
  #wake: () => void = () => undefined;

  constructor(texts: readonly Int32Array[]) {
    this.texts = texts;
  }

  get waitingTokens(): number {
    return this.texts.slice(this.next).reduce((sum, { length }) => sum + length, 0);
  }

  deliver(done: EmbeddedText): void {
    this.#done.push(done);
    this.#wake();
  }

  fail(failure: ManifoldError): void {
    this.#failure = failure;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly EmbeddedText[]> {
    while (this.#delivered < this.texts.length) {
      if (this.#done.length === 0 && this.#failure === undefined) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      const done = this.#done;
      this.#done = [];
      this.#delivered += done.length;
      if (done.length > 0) yield done;
      if (this.#failure !== undefined) throw this.#failure;
    }
  }
}
