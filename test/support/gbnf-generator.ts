import { parseGbnf, type GbnfItem, type GbnfSequence } from './gbnf.ts';

/** Texts that a grammar accepts, chosen by a source of random numbers; after many steps the shortest way to an end. */
export function createGenerator(text: string, random: () => number): () => string {
  const rules = parseGbnf(text);
  const costs = new Map<string, number>([...rules.keys()].map((name) => [name, Infinity]));
  const costOf = (item: GbnfItem): number => {
    if (item.kind === 'chars') return 1;
    if (item.kind === 'rule') return (costs.get(item.name) ?? Infinity) + 1;
    if (item.kind === 'choice') return Math.min(...item.options.map((option) => costOfAll(option)));
    return item.min === 0 ? 0 : item.min * costOf(item.item);
  };
  const costOfAll = (items: GbnfSequence) => items.reduce((sum, item) => sum + costOf(item), 0);
  for (let changed = true; changed;) {
    changed = false;
    for (const [name, options] of rules) {
      const cost = Math.min(...options.map((option) => costOfAll(option)));
      if (cost < (costs.get(name) ?? Infinity)) {
        costs.set(name, cost);
        changed = true;
      }
    }
  }
  return () => {
    let steps = 0;
    let out = '';
    const choose = (options: readonly GbnfSequence[]) => {
      const possible = options.filter((option) => costOfAll(option) < Infinity);
      if (steps < 150) return possible[Math.floor(random() * possible.length)] ?? [];
      return possible.reduce((best, option) => (costOfAll(option) < costOfAll(best) ? option : best));
    };
    const pending: GbnfItem[] = [{ kind: 'rule', name: 'root' }];
    for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
      steps++;
      if (item.kind === 'rule') pending.push(...choose(rules.get(item.name) ?? []).toReversed());
      else if (item.kind === 'choice') pending.push(...choose(item.options).toReversed());
      else if (item.kind === 'chars') out += characterOf(item, random);
      else {
        const more = steps < 150 ? Math.floor(random() * Math.min(4, item.max - item.min + 1)) : 0;
        for (let count = item.min + more; count > 0; count--) pending.push(item.item);
      }
    }
    return out;
  };
}

function characterOf({ ranges }: GbnfItem & { kind: 'chars' }, random: () => number): string {
  const [from, to] = ranges[Math.floor(random() * ranges.length)] ?? [0x61, 0x7a];
  return String.fromCodePoint(from + Math.floor(random() * (Math.min(to, from + 200) - from + 1)));
}
