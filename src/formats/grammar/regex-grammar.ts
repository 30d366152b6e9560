import { charClass } from './char-class.ts';
import { limits } from './limits.ts';
import { parseRegex } from './parse-regex.ts';
import { UnsupportedRegex } from './regex-reader.ts';
import type { RegexTree } from './regex-tree.ts';

/**
 * The texts that an expression matches from beginning to end, as GBNF that is no longer than the expression. Takes no
 * longer than reading it: what an automaton would find out about it is left to whoever follows the grammar.
 *
 * @throws UnsupportedRegex for what `parseRegex` refuses, for anchors inside, and for what amounts to too much
 */
export function regexGrammar(pattern: string): string {
  const tree = withoutEnds(parseRegex(pattern));
  if (sizeOf(tree) > limits.repetitions) throw new UnsupportedRegex('its repetitions add up to too much', true);
  return `root ::= ${written(tree)}`;
}

/** The whole text is meant in any case, so anchors at its ends say nothing. */
function withoutEnds(tree: RegexTree): RegexTree {
  if (tree.kind === 'begin' || tree.kind === 'end') return { kind: 'sequence', parts: [] };
  if (tree.kind === 'choice') return { ...tree, options: tree.options.map(withoutEnds) };
  if (tree.kind !== 'sequence') return tree;
  const from = tree.parts.findIndex(({ kind }) => kind !== 'begin');
  const to = tree.parts.findLastIndex(({ kind }) => kind !== 'end');
  return { ...tree, parts: from < 0 ? [] : tree.parts.slice(from, to + 1) };
}

/** What a follower that writes repetitions out makes of it. */
function sizeOf(tree: RegexTree): number {
  switch (tree.kind) {
    case 'set':
      return 1;
    case 'begin':
    case 'end':
      throw new UnsupportedRegex('it has an anchor inside', true);
    case 'sequence':
      return tree.parts.reduce((sum, part) => sum + sizeOf(part), 1);
    case 'choice':
      return tree.options.reduce((sum, option) => sum + sizeOf(option), 1);
    case 'repeat': {
      const count = Math.max(1, tree.min, tree.max === Infinity ? 1 : tree.max);
      if (count > limits.repetition) throw new UnsupportedRegex('it repeats something too often', true);
      return 1 + sizeOf(tree.body) * count;
    }
    default:
      return tree satisfies never;
  }
}

function written(tree: RegexTree): string {
  switch (tree.kind) {
    case 'set':
      if (tree.set.length === 0) throw new UnsupportedRegex('no text matches it', true);
      return charClass(tree.set);
    case 'begin':
    case 'end':
      return '""';
    case 'sequence':
      return tree.parts.length === 0 ? '""' : tree.parts.map(written).join(' ');
    case 'choice':
      if (tree.options.length === 0) throw new UnsupportedRegex('no text matches it', true);
      return `(${tree.options.map(written).join(' | ')})`;
    case 'repeat':
      return `(${written(tree.body)})${countOf(tree)}`;
    default:
      return tree satisfies never;
  }
}

function countOf({ min, max }: RegexTree & { readonly kind: 'repeat' }): string {
  if (max === Infinity) return min < 2 ? (['*', '+'][min] ?? '*') : `{${min},}`;
  return min === max ? `{${min}}` : `{${min},${max}}`;
}
