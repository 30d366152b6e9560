import type { CharSet } from './char-set.ts';
import { UnsupportedGrammar } from './unsupported-grammar.ts';

/** What a byte leads to in a class: nowhere, to the end of a character, or (less two) to another class for the next byte. */
export const refused = 0;
export const complete = 1;
export const firstClass = 2;

/** A class takes 512 bytes. Each other set of characters beyond ASCII takes one to some dozens. */
const mostClasses = 16_000;

/** The lowest code point, the number of bytes after the first, and the first byte's mark of each length (RFC 3629, 3). */
const lengths = [
  { from: 0, to: 0x7f, more: 0, mark: 0 },
  { from: 0x80, to: 0x7ff, more: 1, mark: 0xc0 },
  { from: 0x800, to: 0xffff, more: 2, mark: 0xe0 },
  { from: 0x10000, to: 0x10ffff, more: 3, mark: 0xf0 },
] as const;

/** Sets of characters as what UTF-8 spells them with: tables from a byte to what may follow it. */
export class ByteClasses {
  readonly #tables: Uint16Array[] = [];
  readonly #known = new Map<string, number>();
  readonly #bySet = new Map<CharSet, number>();

  /** The number of the class for the first byte of a set's characters. */
  of(set: CharSet): number {
    const fill = (table: Uint16Array) => {
      for (const { from, to, more, mark } of lengths) {
        const within = clip(set, from, to);
        if (within.length > 0) this.#fill(table, within, more, mark);
      }
    };
    const number = this.#bySet.get(set) ?? this.#shared(`0:${set.join(';')}`, fill);
    this.#bySet.set(set, number);
    return number;
  }

  /** All tables one after another, 256 entries each. */
  build(): Uint16Array<ArrayBuffer> {
    const all = new Uint16Array(this.#tables.length * 256);
    for (const [at, table] of this.#tables.entries()) all.set(table, at * 256);
    return all;
  }

  /** Enters bytes for the leading bits of some numbers, of which `more` further bytes carry six bits each. */
  #fill(table: Uint16Array, set: CharSet, more: number, mark: number): void {
    const unit = 64 ** more;
    for (const [from, to] of set) {
      for (let lead = Math.floor(from / unit); lead <= Math.floor(to / unit); lead++) {
        if (table[mark + lead] !== refused) continue;
        const low = lead * unit;
        const rest = clip(set, low, low + unit - 1).map(([a, b]) => [a - low, b - low] as const);
        table[mark + lead] = more === 0 ? complete : firstClass + this.#continuation(rest, more);
      }
    }
  }

  #continuation(set: CharSet, more: number): number {
    return this.#shared(`${more}:${set.join(';')}`, (table) => this.#fill(table, set, more - 1, 0x80));
  }

  #shared(key: string, fill: (table: Uint16Array) => void): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#tables.length >= mostClasses) throw new UnsupportedGrammar('it has too many sets of characters.');
    const table = new Uint16Array(256);
    const number = this.#tables.push(table) - 1;
    this.#known.set(key, number);
    fill(table);
    return number;
  }
}

function clip(set: CharSet, low: number, high: number): CharSet {
  return set.flatMap(([from, to]) =>
    from <= high && to >= low ? [[Math.max(from, low), Math.min(to, high)] as const] : [],
  );
}
