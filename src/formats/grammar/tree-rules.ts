import { charClass } from './char-class.ts';
import type { GrammarBuilder } from './grammar-builder.ts';
import type { RegexTree } from './regex-tree.ts';

/**
 * Adds an expression without anchors as rules of its own shape, and returns a body that stands for it; undefined where
 * nothing matches it. Costs next to nothing beside an automaton, and is enough where nothing is intersected.
 */
export function addTree(builder: GrammarBuilder, name: string, tree: RegexTree): string | undefined {
  switch (tree.kind) {
    case 'set':
      return tree.set.length === 0 ? undefined : charClass(tree.set);
    case 'sequence': {
      const parts = tree.parts.map((part) => addTree(builder, name, part));
      if (parts.includes(undefined)) return undefined;
      return parts.filter((part) => part !== '""').join(' ') || '""';
    }
    case 'choice': {
      const options = tree.options.flatMap((option) => addTree(builder, name, option) ?? []);
      if (options.length < 2) return options[0];
      return builder.add(name, [...new Set(options)].join(' | '));
    }
    case 'repeat': {
      const body = addTree(builder, name, tree.body);
      if (tree.max === 0 || (body === undefined && tree.min === 0)) return '""';
      if (body === undefined) return undefined;
      const single = /^\[[^\]\\]*\]$/.test(body) ? body : builder.add(name, body);
      return `${single}{${tree.min},${tree.max === Infinity ? '' : tree.max}}`;
    }
    case 'begin':
    case 'end':
      return '""';
    default:
      return tree satisfies never;
  }
}
