import type { CharSet } from './char-set.ts';
import { GbnfText } from './gbnf-text.ts';
import { limits } from './limits.ts';
import { UnsupportedGrammar } from './unsupported-grammar.ts';

/** One part of a rule's alternative. */
export type GbnfItem =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'rule'; readonly name: string; readonly line: number }
  | { readonly kind: 'group'; readonly alternatives: readonly GbnfSequence[] }
  | { readonly kind: 'repeat'; readonly item: GbnfItem; readonly min: number; readonly max: number };
export type GbnfSequence = readonly GbnfItem[];
export type GbnfRules = ReadonlyMap<string, readonly GbnfSequence[]>;

/** Groups within groups; reading them recurses. */
const deepest = 50;

/**
 * Reads a grammar in GBNF, llama.cpp's notation, and takes what is usual beside it: names with underscores, and
 * rules that go on in the next line. Runs in a time proportional to the text. Rules that are `given` may be used in it.
 *
 * @throws UnsupportedGrammar that names the line: wrong syntax, a rule defined twice or not at all, no `root`, groups
 * nested beyond 50, repetitions beyond 2,000.
 */
export function readGbnf(source: string, given: GbnfRules = new Map()): GbnfRules {
  const text = new GbnfText(source);
  const rules = new Map(given);
  const used: (GbnfItem & { kind: 'rule' })[] = [];
  if (text.looksLikeLark) text.refuse('this is the notation of Lark; write GBNF, as `root ::= "yes" | "no"`');
  text.skipSpace();
  while (!text.isDone) {
    const name = text.takeRuleName();
    if (rules.has(name)) text.refuse(`the rule \`${name}\` is defined twice`);
    rules.set(name, readAlternatives(0));
    if (!text.isDone && !text.isAtRule) text.refuse(`${text.shown} is not expected here`);
  }
  if (!rules.has('root')) text.refuse('there is no rule `root`, which a grammar starts with');
  const missing = used.find(({ name }) => !rules.has(name));
  if (missing !== undefined) text.refuse(`the rule \`${missing.name}\` is not defined`, missing.line);
  return rules;

  function readAlternatives(depth: number): GbnfSequence[] {
    if (depth > deepest) text.refuse(`groups nest deeper than ${deepest}`);
    const alternatives: GbnfSequence[] = [];
    do alternatives.push(readSequence(depth));
    while (text.skip('|'));
    return alternatives;
  }

  function readSequence(depth: number): GbnfItem[] {
    const items: GbnfItem[] = [];
    while (!text.isAtRule) {
      const item = readItem(depth);
      if (item === undefined) {
        if (text.takeCounts() !== undefined) text.refuse('a quantifier has nothing to repeat');
        return items;
      }
      items.push(readCounts(item));
    }
    return items;
  }

  function readItem(depth: number): GbnfItem | undefined {
    const characters = text.takeString();
    if (characters !== undefined) return { kind: 'text', text: characters };
    const set = text.takeSet();
    if (set !== undefined) return { kind: 'set', set };
    const { line } = text;
    const name = text.takeName();
    if (name !== undefined) {
      const item = { kind: 'rule', name, line } as const;
      used.push(item);
      return item;
    }
    if (!text.skip('(')) return undefined;
    const alternatives = readAlternatives(depth + 1);
    if (!text.skip(')')) text.refuse(`a group that opens in line ${line} is not closed`);
    return { kind: 'group', alternatives };
  }

  function readCounts(item: GbnfItem): GbnfItem {
    const counts = text.takeCounts();
    if (counts === undefined) return item;
    const { min, max } = counts;
    if (min > max) text.refuse('a repetition has its bounds in the wrong order');
    if (min > limits.repetition || (max !== Infinity && max > limits.repetition)) {
      text.refuse(`something is repeated more than ${limits.repetition} times`);
    }
    if (text.takeCounts() !== undefined) text.refuse('a quantifier follows another; put the first in parentheses');
    return { kind: 'repeat', item, min, max };
  }
}

/** The same of a grammar that a client sent, which is bounded in length too. */
export function readClientGrammar(source: string): GbnfRules {
  if (source.length <= limits.clientGrammarBytes) return readGbnf(source);
  throw new UnsupportedGrammar(`it is longer than ${limits.clientGrammarBytes} characters.`);
}
