import { digits, type CharSet } from './char-set.ts';

/** A regular expression. `begin` and `end` are the anchors. */
export type RegexTree =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly parts: readonly RegexTree[] }
  | { readonly kind: 'choice'; readonly options: readonly RegexTree[] }
  | { readonly kind: 'repeat'; readonly body: RegexTree; readonly min: number; readonly max: number }
  | { readonly kind: 'begin' | 'end' };

export const empty: RegexTree = { kind: 'sequence', parts: [] };

export function oneOf(set: CharSet): RegexTree {
  return { kind: 'set', set };
}

export function sequence(...parts: readonly RegexTree[]): RegexTree {
  return { kind: 'sequence', parts };
}

/** No option at all matches nothing, not even the empty text. */
export function choice(...options: readonly RegexTree[]): RegexTree {
  return { kind: 'choice', options };
}

export function repeat(body: RegexTree, min: number, max = Infinity): RegexTree {
  return { kind: 'repeat', body, min, max };
}

/** A text, character by character. */
export function text(characters: string): RegexTree {
  return sequence(...Array.from(characters, (c) => oneOf([[c.codePointAt(0) ?? 0, c.codePointAt(0) ?? 0]])));
}

/** Any decimal digits, so many of them. */
export function digitsOf(min: number, max = min): RegexTree {
  return repeat(oneOf(digits), min, max);
}

/** One digit of a range; none when the range is empty. */
export function digitBetween(from: number, to: number): RegexTree {
  return from <= to ? oneOf([[0x30 + from, 0x30 + to]]) : choice();
}
