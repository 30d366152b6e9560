interface Held<Entry> {
  readonly entry: Entry;
  /** Where the token's text begins and ends in the text of the answer. */
  readonly start: number;
  readonly end: number;
}

/**
 * What is known about each token, held back until the token's text is delivered: text may wait for the rest of
 * a character or for a stop string to be ruled out. Entries leave in the order of their tokens.
 */
export class HeldEntries<Entry> {
  #held: Held<Entry>[] = [];
  /** Lengths of the text that the tokens so far decode to, and of what is delivered of it. */
  #decoded = 0;
  #delivered = 0;

  /** Adds a token's entry. `text` is what the token completed; `isOpen`: it ends inside a character. */
  hold(entry: Entry, text: string, isOpen: boolean): void {
    const start = this.#decoded;
    this.#decoded += text.length;
    // A character begun here ends with a later token; until then it is delivered with whatever comes next.
    this.#held.push({ entry, start, end: this.#decoded + (isOpen ? 1 : 0) });
  }

  /** The entries whose text is out, once this text is delivered. */
  deliver(text: string): Entry[] {
    this.#delivered += text.length;
    return this.#take(({ end }) => end <= this.#delivered);
  }

  /**
   * The last entries of an answer that a stop string ends, once this text is delivered: also those of tokens
   * whose text is out in part. Tokens of which the stop string left nothing have none.
   */
  cut(text: string): Entry[] {
    this.#delivered += text.length;
    return this.#take(({ start, end }) => end <= this.#delivered || start < this.#delivered);
  }

  /** The last entries of an answer that ends by itself: all of them, also those of bytes that became no text. */
  flush(): Entry[] {
    return this.#take(() => true);
  }

  #take(isOut: (held: Held<Entry>) => boolean): Entry[] {
    const firstIn = this.#held.findIndex((held) => !isOut(held));
    return this.#held.splice(0, firstIn < 0 ? Infinity : firstIn).map(({ entry }) => entry);
  }
}
