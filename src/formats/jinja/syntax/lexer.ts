import { JinjaError } from '../jinja-error.ts';
import { unescape } from './string-literal.ts';

/** A word of the language inside `{{ }}` or `{% %}`. A string's text is what it stands for, without quotes. */
export interface Token {
  readonly kind: 'name' | 'string' | 'integer' | 'float' | 'operator' | 'end';
  readonly text: string;
  readonly line: number;
}

/** How a delimiter ends: `-%}` takes white space with it, `+%}` keeps even the line end. */
export type Sign = '-' | '+' | '';

interface Words {
  readonly tokens: readonly Token[];
  readonly closingSign: Sign;
  /** Where the text after the delimiter begins. */
  readonly end: number;
}

const openers = new Set(['(', '[', '{']);
const closers = new Set([')', ']', '}']);

/** Reads words from a place in the source up to a delimiter such as `%}`, which counts only outside of brackets. */
export function createLexer(source: string, lineAt: (offset: number) => number) {
  const space = /\s+/y;
  const patterns = [
    ['float', /\d[\d_]*(?:\.\d[\d_]*(?:e[+-]?\d+)?|e[+-]?\d+)/iy],
    ['integer', /0x[\da-f_]+|0o[0-7_]+|0b[01_]+|\d[\d_]*/iy],
    ['name', /[\p{L}_][\p{L}\p{N}_]*/uy],
    ['string', /'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*"/sy],
    ['operator', /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}<>=.:|,]/y],
  ] as const;

  const match = (pattern: RegExp, at: number): string => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0] ?? '';
  };
  const signOf = (at: number, delimiter: string): Sign | undefined => {
    if (source.startsWith(delimiter, at)) return '';
    const sign = source[at];
    return (sign === '-' || sign === '+') && source.startsWith(delimiter, at + 1) ? sign : undefined;
  };

  return (start: number, delimiter: '}}' | '%}'): Words => {
    const tokens: Token[] = [];
    let brackets = 0;
    let at = start;
    for (;;) {
      at += match(space, at).length;
      const line = lineAt(at);
      const sign = brackets === 0 ? signOf(at, delimiter) : undefined;
      if (sign !== undefined) {
        tokens.push({ kind: 'end', text: delimiter, line });
        return { tokens, closingSign: sign, end: at + sign.length + 2 };
      }
      const afterDot = tokens.at(-1)?.text === '.' && tokens.at(-1)?.kind === 'operator';
      const [kind, text] = nextWord(at, afterDot);
      if (!kind) {
        const what = at >= source.length ? `the template ends before ${delimiter}` : `unexpected ${source[at]}`;
        throw new JinjaError('syntax', `line ${line}: ${what}`);
      }
      if (kind === 'operator' && openers.has(text)) brackets++;
      if (kind === 'operator' && closers.has(text)) brackets = Math.max(0, brackets - 1);
      tokens.push({ kind, text: kind === 'string' ? unescape(text) : text, line });
      at += text.length;
    }
  };

  /** After a dot, digits are an index: `row.0.5` is not a fraction. */
  function nextWord(at: number, afterDot: boolean): readonly [Token['kind'] | undefined, string] {
    for (const [kind, pattern] of patterns) {
      const text = kind === 'float' && afterDot ? '' : match(pattern, at);
      if (text !== '') return [kind, text];
    }
    return [undefined, ''];
  }
}
