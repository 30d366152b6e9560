import { complement, digits, union, type CharSet } from './char-set.ts';

/** Says why a regular expression cannot be translated. */
export class UnsupportedRegex extends Error {
  override readonly name = 'UnsupportedRegex';
  /** Whether it is a right expression all the same: other engines would take it. */
  readonly isValid: boolean;

  constructor(reason: string, isValid: boolean) {
    super(reason);
    this.isValid = isValid;
  }
}

/** Reads a regular expression from left to right, in characters. */
export class RegexReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get isDone(): boolean {
    return this.#at >= this.#source.length;
  }

  /** The next character, or nothing at the end. */
  get next(): string {
    const codePoint = this.#source.codePointAt(this.#at);
    return codePoint === undefined ? '' : String.fromCodePoint(codePoint);
  }

  take(): string {
    const character = this.next;
    if (character === '') throw new UnsupportedRegex('it ends too early', false);
    this.#at += character.length;
    return character;
  }

  skip(character: string): boolean {
    if (this.next !== character) return false;
    this.#at += character.length;
    return true;
  }

  /** What a sticky expression finds here; it is skipped. */
  match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#source);
    if (found === null) return undefined;
    this.#at += found[0].length;
    return found;
  }
}

const word = union([...digits, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]]);
/** ECMA-262, WhiteSpace and LineTerminator. */
const space: CharSet = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];

export const classEscapes: Readonly<Record<string, CharSet>> = {
  d: digits,
  D: complement(digits),
  w: word,
  W: complement(word),
  s: space,
  S: complement(space),
};

const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };

/** The character that an escape stands for, read after its backslash. */
export function parseEscape(reader: RegexReader): number {
  const unicode = reader.match(/u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})/y);
  if (unicode !== undefined) {
    const unit = Number.parseInt(unicode[1] ?? unicode[2] ?? unicode[3] ?? '', 16);
    if (unit > 0x10ffff) throw new UnsupportedRegex('an escape is beyond Unicode', false);
    if (unit < 0xd800 || unit > 0xdfff) return unit;
    const low = unit < 0xdc00 ? reader.match(/\\u([dD][c-fC-F][0-9a-fA-F]{2})/y) : undefined;
    if (low === undefined) throw new UnsupportedRegex('it names half a character', true);
    return 0x10000 + ((unit - 0xd800) << 10) + Number.parseInt(low[1] ?? '', 16) - 0xdc00;
  }
  const control = reader.match(/c([a-zA-Z])/y);
  if (control !== undefined) return (control[1] ?? '').charCodeAt(0) & 31;
  const character = reader.take();
  if (character === 'p' || character === 'P') throw new UnsupportedRegex('it names properties of characters', true);
  if (character === '0') return 0;
  const named = controls[character];
  if (named !== undefined) return named;
  if (/[a-zA-Z0-9]/.test(character)) throw new UnsupportedRegex(`it has the unknown escape \\${character}`, false);
  return character.codePointAt(0) ?? 0;
}
