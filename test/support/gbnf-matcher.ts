import { parseGbnf, permits, type GbnfItem, type GbnfSequence } from './gbnf.ts';

/** What is still to be matched: a list that shares its end with others. Equal lists are the same object. */
interface Stack {
  readonly item: GbnfItem;
  readonly rest: Stack | undefined;
}

/** Says whether a grammar accepts a text, following all possibilities at once, character by character. */
export function createMatcher(text: string, root = 'root'): (text: string) => boolean {
  const rules = parseGbnf(text);
  const known = new Map<Stack | undefined, Map<GbnfItem, Stack>>();
  const counted = new Map<GbnfItem, Map<string, GbnfItem>>();

  const push = (item: GbnfItem, rest: Stack | undefined): Stack => {
    const above = known.get(rest) ?? new Map<GbnfItem, Stack>();
    known.set(rest, above);
    const stack = above.get(item) ?? { item, rest };
    above.set(item, stack);
    return stack;
  };
  const pushAll = (items: GbnfSequence, rest: Stack | undefined) =>
    items.reduceRight((below, item) => push(item, below), rest);
  const repeat = (item: GbnfItem, min: number, max: number): GbnfItem => {
    const byCount = counted.get(item) ?? new Map<string, GbnfItem>();
    counted.set(item, byCount);
    const key = `${min},${max}`;
    const found = byCount.get(key) ?? { kind: 'repeat', item, min, max };
    byCount.set(key, found);
    return found;
  };
  /** The stacks with a character on top, and undefined where the end is reached, that a stack may become. */
  const expand = (stacks: Iterable<Stack | undefined>) => {
    const seen = new Set(stacks);
    for (const stack of seen) {
      if (stack === undefined || stack.item.kind === 'chars') continue;
      const { item, rest } = stack;
      if (item.kind === 'rule') for (const option of rules.get(item.name) ?? []) seen.add(pushAll(option, rest));
      else if (item.kind === 'choice') for (const option of item.options) seen.add(pushAll(option, rest));
      else {
        if (item.min === 0) seen.add(rest);
        if (item.max > 0) {
          seen.add(push(item.item, push(repeat(item.item, Math.max(0, item.min - 1), item.max - 1), rest)));
        }
      }
    }
    return [...seen].filter((stack) => stack === undefined || stack.item.kind === 'chars');
  };
  return (candidate) => {
    let stacks = expand([push({ kind: 'rule', name: root }, undefined)]);
    for (const character of candidate) {
      const codePoint = character.codePointAt(0) ?? 0;
      const next = stacks.flatMap((stack) =>
        stack !== undefined && stack.item.kind === 'chars' && permits(stack.item, codePoint) ? [stack.rest] : [],
      );
      if (next.length === 0) return false;
      stacks = expand(next);
    }
    return stacks.includes(undefined);
  };
}
