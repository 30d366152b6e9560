import type { Automaton } from './automaton.ts';
import type { CharSet } from './char-set.ts';
import type { GrammarBuilder } from './grammar-builder.ts';

/** How a set of characters is written: alternatives of a rule, each consuming one of them. */
export type Spelling = (set: CharSet) => readonly string[];

/**
 * Adds a deterministic automaton as right-linear rules, a state each, and `end` after what it accepts. While such
 * rules are followed the native code has one stack to look at, and its depth does not grow.
 */
export function addAutomaton(
  builder: GrammarBuilder,
  name: string,
  automaton: Automaton,
  options: { spell: Spelling; end: string },
): string {
  const { spell, end } = options;
  const incoming = automaton.map(() => 0);
  for (const { edges } of automaton) for (const { to } of edges) incoming[to] = (incoming[to] ?? 0) + 1;
  const alternatives = automaton.map(({ edges }) =>
    edges.flatMap(({ set, to }) => spell(set).map((spelling) => ({ spelling, to }))),
  );
  // A state that is one step on the only way there needs no rule.
  const isInline = automaton.map(
    (state, at) => at > 0 && incoming[at] === 1 && !state.accepts && alternatives[at]?.length === 1,
  );
  const names = new Map<number, string>();
  const nameOf = (state: number) => {
    const known = names.get(state) ?? builder.reserve(name);
    names.set(state, known);
    return known;
  };
  for (const [at, state] of automaton.entries()) {
    if (isInline[at] || (at > 0 && state.accepts && state.edges.length === 0)) continue;
    const bodies = (alternatives[at] ?? []).map((first) => {
      const parts = [first.spelling];
      let { to } = first;
      while (isInline[to]) {
        const next = alternatives[to]?.[0];
        if (next === undefined) break;
        parts.push(next.spelling);
        to = next.to;
      }
      const target = automaton[to];
      const isEnd = target?.accepts === true && target.edges.length === 0;
      if (!isEnd) parts.push(nameOf(to));
      else if (end !== '""') parts.push(end);
      return parts.join(' ');
    });
    if (state.accepts) bodies.push(end);
    builder.define(nameOf(at), bodies.join(' | '));
  }
  return nameOf(0);
}
