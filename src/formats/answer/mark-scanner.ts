import type { Reading, TextSource } from './text-source.ts';

/**
 * Finds the next of several marks. Text before it is handed on at once, except an end that may be the
 * beginning of a mark; where one mark begins another, the longer is waited for.
 */
export class MarkScanner {
  readonly #marks: readonly string[];
  readonly #pattern: RegExp | undefined;
  readonly #longest: number;
  readonly #firsts: ReadonlySet<string>;

  constructor(marks: readonly string[]) {
    this.#marks = [...new Set(marks.filter((mark) => mark !== ''))].toSorted((a, b) => b.length - a.length);
    this.#longest = this.#marks[0]?.length ?? 0;
    this.#firsts = new Set(this.#marks.map((mark) => mark.charAt(0)));
    const alternatives = this.#marks.map((mark) => mark.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`));
    this.#pattern = alternatives.length > 0 ? new RegExp(alternatives.join('|'), 'g') : undefined;
  }

  /** Consumes text up to and with the next mark and gives the mark; nothing at the answer's end. */
  *next(source: TextSource, onText: (text: string) => void): Reading<string | undefined> {
    for (;;) {
      const held = source.end ? source.text.length : this.#heldFrom(source);
      const found = this.#find(source);
      const until = found && (found.index < held || source.end) ? found.index : held;
      if (until > source.at) {
        const text = source.text.slice(source.at, until);
        source.at = until;
        onText(text);
      }
      if (found?.index === until && (found.index < held || source.end)) {
        source.at += found.mark.length;
        return found.mark;
      }
      if (source.end) return undefined;
      yield;
    }
  }

  #find(source: TextSource): { index: number; mark: string } | undefined {
    if (!this.#pattern) return undefined;
    this.#pattern.lastIndex = source.at;
    const match = this.#pattern.exec(source.text);
    return match ? { index: match.index, mark: match[0] } : undefined;
  }

  /** Where the unread text begins to look like an unfinished mark. */
  #heldFrom({ text, at }: TextSource): number {
    for (let from = Math.max(at, text.length - this.#longest + 1); from < text.length; from++) {
      if (!this.#firsts.has(text.charAt(from))) continue;
      const tail = text.slice(from);
      if (this.#marks.some((mark) => mark.length > tail.length && mark.startsWith(tail))) return from;
    }
    return text.length;
  }
}
