import type { GbnfItem, GbnfRules } from './read-gbnf.ts';

/** The same rules under other names, so that they can stand beside rules of another grammar. */
export function prefixRules(rules: GbnfRules, prefix: string): GbnfRules {
  const prefixed = (item: GbnfItem): GbnfItem => {
    switch (item.kind) {
      case 'rule':
        return { ...item, name: prefix + item.name };
      case 'group':
        return { ...item, alternatives: item.alternatives.map((sequence) => sequence.map(prefixed)) };
      case 'repeat':
        return { ...item, item: prefixed(item.item) };
      default:
        return item;
    }
  };
  return new Map(
    Array.from(rules, ([name, alternatives]) => [prefix + name, alternatives.map((each) => each.map(prefixed))]),
  );
}
