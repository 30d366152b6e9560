/** A step of reading that pauses, by `yield`, whenever it needs text that has not arrived. */
export type Reading<T> = Generator<void, T, void>;

export type AnswerEnd = 'complete' | 'cut';

/**
 * The answer as it arrives. Readers consume it from the front; only what is undecided stays unread, so a push
 * costs its own length. What a call attempt consumed is kept aside, to be given back if it was no call.
 */
export class TextSource {
  text = '';
  at = 0;
  end: AnswerEnd | undefined;
  #kept = '';
  #keptFrom = -1;
  #dropped = 0;

  append(text: string): void {
    if (this.#keptFrom >= 0) {
      this.#kept += this.text.slice(this.#keptFrom, this.at);
      this.#keptFrom = 0;
    }
    this.text = this.text.slice(this.at) + text;
    this.#dropped += this.at;
    this.at = 0;
  }

  /** How many characters were consumed since the beginning. */
  get offset(): number {
    return this.#dropped + this.at;
  }

  get unread(): number {
    return this.text.length - this.at;
  }

  /** Begins to keep what is consumed, `back` characters before here. */
  keep(back = 0): void {
    this.#kept = '';
    this.#keptFrom = this.at - back;
  }

  /** What was consumed since `keep`, which thereby ends. */
  takeKept(): string {
    if (this.#keptFrom < 0) return '';
    const kept = this.#kept + this.text.slice(this.#keptFrom, this.at);
    this.#kept = '';
    this.#keptFrom = -1;
    return kept;
  }

  /** The next character; empty at the end. */
  *peek(): Reading<string> {
    while (this.at >= this.text.length) {
      if (this.end) return '';
      yield;
    }
    return this.text.charAt(this.at);
  }

  *skipSpace(): Reading<void> {
    for (;;) {
      const next = yield* this.peek();
      if (next === '' || !isSpace(next)) return;
      this.at++;
    }
  }

  /** Consumes `mark` if it comes next. Where a cut leaves only its beginning, that is consumed, and it did not come. */
  *accept(mark: string): Reading<boolean> {
    if (mark === '') return false;
    for (;;) {
      if (this.text.startsWith(mark, this.at)) {
        this.at += mark.length;
        return true;
      }
      if (this.unread >= mark.length || !mark.startsWith(this.text.slice(this.at))) return false;
      if (this.end === 'cut') this.at = this.text.length;
      if (this.end) return false;
      yield;
    }
  }

  /**
   * Consumes up to and with the first of `marks`. Nothing is consumed or given when more than `limit` characters
   * come before it, or one that `allowed` does not match, or the answer ends.
   */
  *readUntil(
    marks: readonly string[],
    limit: number,
    allowed?: RegExp,
  ): Reading<{ text: string; mark: string } | undefined> {
    const longest = Math.max(...marks.map((mark) => mark.length));
    for (;;) {
      const window = this.text.slice(this.at, this.at + limit + longest);
      let found = -1;
      let mark = '';
      for (const candidate of marks) {
        const index = window.indexOf(candidate);
        if (index >= 0 && (found < 0 || index < found || (index === found && candidate.length > mark.length))) {
          found = index;
          mark = candidate;
        }
      }
      // A longer mark could still begin where the shorter one did.
      const undecided =
        found >= 0 &&
        !this.end &&
        marks.some((other) => other.length > window.length - found && other.startsWith(window.slice(found)));
      const before = found >= 0 ? window.slice(0, found) : untilFirstOf(window, marks);
      if (allowed && !allowed.test(before)) return undefined;
      if (found >= 0 && !undecided) {
        if (found > limit) return undefined;
        this.at += found + mark.length;
        return { text: window.slice(0, found), mark };
      }
      if (this.end || window.length >= limit + longest) return undefined;
      yield;
    }
  }
}

export function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r';
}

/** What certainly stands before any of `marks`. */
function untilFirstOf(text: string, marks: readonly string[]): string {
  let length = text.length;
  for (const mark of marks) {
    const at = text.indexOf(mark.charAt(0));
    if (at >= 0) length = Math.min(length, at);
  }
  return text.slice(0, length);
}

/** What a function's name, and space or quotes around it, may consist of. */
export const nameText = /^[\s\w.:/"'-]*$/;
