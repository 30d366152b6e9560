import type { GrammarBuilder } from './grammar-builder.ts';
import { literal } from './literal.ts';
import type { Budget } from './limits.ts';

/**
 * Adds exactly these texts as a tree of what they begin with, and returns its rule: whoever follows it has one place to
 * look at, and not one for each text.
 */
export function addWordTree(builder: GrammarBuilder, words: readonly string[], budget: Budget): string {
  const sorted = [...new Set(words)].toSorted().map((word) => Array.from(word));
  return builder.add('words', bodyOf(sorted, 0));

  function bodyOf(group: readonly (readonly string[])[], from: number): string {
    const [first = []] = group;
    const last = group.at(-1) ?? first;
    let to = from;
    // Sorted, so that what the first and the last have in common all have.
    while (to < first.length && first[to] === last[to]) to++;
    budget.spend(5 + group.length + (to - from) / 8);
    const common = to > from ? literal(first.slice(from, to).join('')) : '';
    if (group.length === 1) return common === '' ? '""' : common;
    const parts = [...Map.groupBy(group, (word) => word[to]).values()].map((part) => bodyOf(part, to));
    if (common === '') return parts.join(' | ');
    return `${common} ${builder.add('words', parts.join(' | '))}`;
  }
}
