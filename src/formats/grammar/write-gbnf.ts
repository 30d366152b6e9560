import { charClass } from './char-class.ts';
import { literal } from './literal.ts';
import type { GbnfItem, GbnfRules, GbnfSequence } from './read-gbnf.ts';

/**
 * Rules as the text that llama.cpp reads: what `readGbnf` takes beside its syntax is written in it. `names` says what
 * a rule is called where others refer to it; the rest have names of their own that begin with `prefix`.
 */
export function writeGbnf(rules: GbnfRules, names: ReadonlyMap<string, string>, prefix: string): string {
  const called = new Map(Array.from(rules.keys(), (name, at) => [name, names.get(name) ?? `${prefix}${at}`]));
  const alternatives = (all: readonly GbnfSequence[]): string =>
    all.map((sequence) => (sequence.length === 0 ? '""' : sequence.map(item).join(' '))).join(' | ');
  const item = (each: GbnfItem): string => {
    switch (each.kind) {
      case 'text':
        return literal(each.text);
      case 'set':
        return charClass(each.set);
      case 'rule':
        return called.get(each.name) ?? each.name;
      case 'group':
        return `(${alternatives(each.alternatives)})`;
      case 'repeat':
        return (each.item.kind === 'repeat' ? `(${item(each.item)})` : item(each.item)) + counts(each);
      default:
        return each satisfies never;
    }
  };
  return Array.from(rules, ([name, body]) => `${called.get(name)} ::= ${alternatives(body)}\n`).join('');
}

function counts({ min, max }: GbnfItem & { readonly kind: 'repeat' }): string {
  if (max === Infinity) return `{${min},}`;
  return min === max ? `{${min}}` : `{${min},${max}}`;
}
