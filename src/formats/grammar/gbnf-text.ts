import { anyCharacter, complement, union, type CharSet } from './char-set.ts';
import { UnsupportedGrammar } from './unsupported-grammar.ts';

const letters: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9 };

const space = 0x20;
const numberSign = 0x23;

function isNamePart(code: number): boolean {
  const isLetter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
  return isLetter || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x5f;
}

/** The words of a grammar's text, from left to right. White space and comments after each are skipped with it. */
export class GbnfText {
  readonly #source: string;
  #at = 0;
  #line = 1;
  #countedTo = 0;
  /** Sets by how they are written: automata repeat a few of them thousands of times. */
  readonly #sets = new Map<string, CharSet>();

  constructor(source: string) {
    this.#source = source;
  }

  get isDone(): boolean {
    return this.#at >= this.#source.length;
  }

  /** Where the reader is, from 1. */
  get line(): number {
    for (; this.#countedTo < this.#at; this.#countedTo++) if (this.#source[this.#countedTo] === '\n') this.#line++;
    return this.#line;
  }

  /** What stands here, fit for a message. */
  get shown(): string {
    return this.isDone ? 'the end' : `\`${/\S{1,20}/y.exec(this.#source.slice(this.#at, this.#at + 80))?.[0] ?? ''}\``;
  }

  get isAtRule(): boolean {
    return isNamePart(this.#source.charCodeAt(this.#at)) && this.#look(/[\w-]+[ \t]*::=/y) !== null;
  }

  get looksLikeLark(): boolean {
    return !this.#source.includes('::=') && /^[?!]?\w+(?:\.\d+)?[ \t]*:/m.test(this.#source);
  }

  refuse(reason: string, line = this.line): never {
    throw new UnsupportedGrammar(reason, line);
  }

  skipSpace(): void {
    const next = this.#source.charCodeAt(this.#at);
    // Most words have one space after them.
    if (next === space) {
      this.#at++;
      const after = this.#source.charCodeAt(this.#at);
      if (after > space && after < 0x80 && after !== numberSign) return;
    } else if (next > space && next < 0x80 && next !== numberSign) return;
    // Not one expression with a loop around both: that would keep a way back for every word of a long text.
    while (this.#take(/\s+/y) !== undefined || this.#take(/#[^\n]*/y) !== undefined);
  }

  skip(character: string): boolean {
    if (this.#source[this.#at] !== character) return false;
    this.#at++;
    this.skipSpace();
    return true;
  }

  takeRuleName(): string {
    const name = this.#word(/([\w-]+)[ \t]*::=/y)?.[1];
    return name ?? this.refuse(`a rule is expected, as \`root ::= "yes" | "no"\`, and not ${this.shown}`);
  }

  takeName(): string | undefined {
    return isNamePart(this.#source.charCodeAt(this.#at)) ? this.#word(/[\w-]+/y)?.[0] : undefined;
  }

  takeString(): string | undefined {
    if (this.#source[this.#at] !== '"') return undefined;
    const body = this.#word(/"((?:[^"\\\n]|\\[^\n])*)"/y)?.[1];
    if (body === undefined) this.refuse('a text is not closed; a line break in it is written \\n');
    if (!body.includes('\\')) return body;
    return this.#characters(body)
      .map(({ value }) => String.fromCodePoint(value))
      .join('');
  }

  takeSet(): CharSet | undefined {
    if (this.skip('.')) return anyCharacter;
    if (this.#source[this.#at] !== '[') return undefined;
    const found = this.#word(/\[(\^?)((?:[^\]\\\n]|\\[^\n])*)\]/y);
    if (found === undefined) this.refuse('a set of characters is not closed');
    const known = this.#sets.get(found[0]) ?? this.#setOf(found[2] ?? '', found[1] === '^');
    this.#sets.set(found[0], known);
    return known;
  }

  #setOf(body: string, isNegated: boolean): CharSet {
    const characters = this.#characters(body);
    const ranges: (readonly [number, number])[] = [];
    for (let at = 0; at < characters.length; at++) {
      const from = characters[at]?.value ?? 0;
      const dash = characters[at + 1];
      const to = dash?.value === 0x2d && !dash.isEscaped ? characters[at + 2]?.value : undefined;
      if (to !== undefined && to < from) this.refuse('a range of characters is in the wrong order');
      ranges.push([from, to ?? from]);
      if (to !== undefined) at += 2;
    }
    const set = union(ranges);
    return isNegated ? complement(set) : set;
  }

  takeCounts(): { min: number; max: number } | undefined {
    if (!'*+?{'.includes(this.#source[this.#at] ?? ' ')) return undefined;
    const found = this.#word(/[*+?]|\{[ \t]*(\d{1,9})?[ \t]*(,)?[ \t]*(\d{1,9})?[ \t]*\}/y);
    if (found === undefined) return undefined;
    const [sign, least, comma, most] = found;
    if (sign === '*') return { min: 0, max: Infinity };
    if (sign === '+') return { min: 1, max: Infinity };
    if (sign === '?') return { min: 0, max: 1 };
    if (least === undefined && most === undefined) this.refuse('a repetition has no bounds');
    const min = Number(least ?? 0);
    return { min, max: comma === undefined ? min : Number(most ?? Infinity) };
  }

  #characters(body: string): { value: number; isEscaped: boolean }[] {
    const one = /\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\(.)|([^\\])/gu;
    return Array.from(body.matchAll(one), ([, x, u, long, escaped, plain]) => {
      const hex = x ?? u ?? long;
      if (escaped !== undefined && /[a-zA-Z0-9]/.test(escaped) && letters[escaped] === undefined) {
        this.refuse(`\\${escaped} is not an escape`);
      }
      const value =
        hex !== undefined
          ? Number.parseInt(hex, 16)
          : (letters[escaped ?? ''] ?? (plain ?? escaped ?? '').codePointAt(0) ?? 0);
      if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) this.refuse('an escape names no character');
      return { value, isEscaped: plain === undefined };
    });
  }

  #look(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    return expression.exec(this.#source);
  }

  #take(expression: RegExp): RegExpExecArray | undefined {
    const found = this.#look(expression) ?? undefined;
    this.#at += found?.[0].length ?? 0;
    return found;
  }

  #word(expression: RegExp): RegExpExecArray | undefined {
    const found = this.#take(expression);
    if (found !== undefined) this.skipSpace();
    return found;
  }
}
