import type { CharSet } from './char-set.ts';

/**
 * A set as a character class of GBNF. Never a negated one: for half a character llama.cpp refuses more of those
 * than it should (`llama_grammar_match_partial_char`).
 */
export function charClass(set: CharSet): string {
  return `[${set.map(([from, to]) => (from === to ? escaped(from) : `${escaped(from)}-${escaped(to)}`)).join('')}]`;
}

function escaped(codePoint: number): string {
  const character = String.fromCodePoint(codePoint);
  if (/[a-zA-Z0-9 _.,:;/+*?$@!%&()<>=~|{}]/.test(character)) return character;
  const hex = codePoint.toString(16).toUpperCase();
  if (codePoint <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return codePoint <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
