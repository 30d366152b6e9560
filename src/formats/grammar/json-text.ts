import { anyCharacter, charactersOf, complement, intersection, type CharSet } from './char-set.ts';
import { charClass } from './char-class.ts';
import type { GrammarBuilder } from './grammar-builder.ts';
import { literal } from './literal.ts';

/** Spaces and tabs that may indent a line. There is an end to them, or a model could write white space for ever. */
const longestIndent = 40;

const quoteAndBackslash = charactersOf('"\\');
const controls: CharSet = [[0x00, 0x1f]];
/** What stands in a JSON string for itself (RFC 8259, 7). */
const plain = intersection(anyCharacter, complement([...controls, ...quoteAndBackslash]));
/** The escapes with a letter of their own. */
const letters: Readonly<Record<number, string>> = { 8: 'b', 9: 't', 10: 'n', 12: 'f', 13: 'r', 34: '"', 92: '\\' };

/** Between tokens: nothing, a space, or a new line with its indent. */
export function addSpace(builder: GrammarBuilder): string {
  const indent = builder.add('indent', `[ \\t]{0,${longestIndent}}`);
  return builder.add('space', `" " | "\\n" ${indent} | ""`);
}

export function addColon(builder: GrammarBuilder): string {
  return builder.add('colon', `":" ${builder.add('gap', '" " | ""')}`);
}

export function addComma(builder: GrammarBuilder): string {
  return builder.add('comma', `"," ${addSpace(builder)}`);
}

/** One character of a string, in any spelling but halves of surrogate pairs. */
export function addCharacter(builder: GrammarBuilder): string {
  const hex = '[0-9a-fA-F]';
  const low = `"\\\\u" [dD] [c-fC-F] ${hex} ${hex}`;
  const escaped = [
    `["\\\\/bfnrt]`,
    `"u" [0-9abcefABCEF] ${hex} ${hex} ${hex}`,
    `"u" [dD] [0-7] ${hex} ${hex}`,
    `"u" [dD] [89abAB] ${hex} ${hex} ${low}`,
  ];
  const escape = builder.add('escape', escaped.join(' | '));
  return builder.add('char', `${charClass(plain)} | "\\\\" ${escape}`);
}

export function addAnyString(builder: GrammarBuilder): string {
  return builder.add('string', `"\\"" ${addCharacter(builder)}* "\\""`);
}

/** Spells characters as a JSON string does: each has one spelling, but any character at all may have any. */
export function spellInString(builder: GrammarBuilder): (set: CharSet) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (set) => {
    const key = set.join(';');
    const spellings = known.get(key) ?? spell(set);
    known.set(key, spellings);
    return spellings;
  };

  function spell(set: CharSet): readonly string[] {
    if (complement(set).length === 0) return [addCharacter(builder)];
    const spellings: string[] = [];
    const direct = intersection(set, plain);
    if (direct.length > 0) spellings.push(charClass(direct));
    const escapes = { letters: '', low: '', high: '' };
    for (const [from, to] of intersection(set, [...controls, ...quoteAndBackslash])) {
      for (let codePoint = from; codePoint <= to; codePoint++) {
        const letter = letters[codePoint];
        if (letter !== undefined) escapes.letters += letter;
        else escapes[codePoint < 0x10 ? 'low' : 'high'] += (codePoint & 15).toString(16);
      }
    }
    if (escapes.letters !== '') spellings.push(`"\\\\" ${charClass(charactersOf(escapes.letters))}`);
    if (escapes.low !== '') spellings.push(`"\\\\u000" ${anyCase(escapes.low)}`);
    if (escapes.high !== '') spellings.push(`"\\\\u001" ${anyCase(escapes.high)}`);
    return spellings;
  }
}

function anyCase(hexDigits: string): string {
  return charClass(charactersOf(hexDigits + hexDigits.toUpperCase()));
}

/** Any JSON value: nested without bound, white space within bounds. */
export function addAnyValue(builder: GrammarBuilder): string {
  return builder.shared('value', () => {
    const value = builder.reserve('value');
    const object = addAnyObject(builder, value);
    const array = addAnyArray(builder, value);
    const scalars = [addAnyString(builder), addNumber(builder), literal('true'), literal('false'), literal('null')];
    builder.define(value, [object, array, ...scalars].join(' | '));
    return value;
  });
}

/** An object with any members whose values follow a rule. */
export function addAnyObject(builder: GrammarBuilder, value: string): string {
  const [space, comma] = [addSpace(builder), addComma(builder)];
  const member = builder.add('member', `${addAnyString(builder)} ${addColon(builder)} ${value}`);
  const next = builder.add('members', `${comma} ${member}`);
  const content = builder.add('content', `${member} ${next}* ${space} | ""`);
  return builder.add('object', `"{" ${space} ${content} "}"`);
}

export function addAnyArray(builder: GrammarBuilder, item: string): string {
  const [space, comma] = [addSpace(builder), addComma(builder)];
  const next = builder.add('items', `${comma} ${item}`);
  const content = builder.add('content', `${item} ${next}* ${space} | ""`);
  return builder.add('array', `"[" ${space} ${content} "]"`);
}

/** Digits of a whole number without bounds: as many as 64 bits need. More could go on for ever. */
export const integerDigits = 19;
/** Digits after a point: as many as a double can tell apart. */
const fractionDigits = 15;

export function addInteger(builder: GrammarBuilder): string {
  return builder.add('integer', `"-"? ${addNatural(builder)}`);
}

/** A number without bounds. Two digits of exponent keep it finite. */
export function addNumber(builder: GrammarBuilder): string {
  const exponent = builder.add('exponent', `[eE] [-+]? [0-9]{1,2}`);
  const fraction = builder.add('fraction', `"." [0-9]{1,${fractionDigits + 1}}`);
  return builder.add('number', `"-"? ${addNatural(builder)} ${fraction}? ${exponent}?`);
}

function addNatural(builder: GrammarBuilder): string {
  return builder.add('natural', `"0" | [1-9] [0-9]{0,${integerDigits - 1}}`);
}
