import type { Automaton } from './automaton.ts';

/** How many characters the shortest and the longest text of an automaton have; without end where it has a circle. */
export function lengthsOf(automaton: Automaton): { shortest: number; longest: number } {
  const incoming = automaton.map(() => 0);
  for (const { edges } of automaton) for (const { to } of edges) incoming[to] = (incoming[to] ?? 0) + 1;
  const nearest = automaton.map((_, state) => (state === 0 ? 0 : Infinity));
  const reached = [0];
  for (const state of reached) {
    for (const { to } of automaton[state]?.edges ?? []) {
      if (nearest[to] !== Infinity) continue;
      nearest[to] = (nearest[state] ?? 0) + 1;
      reached.push(to);
    }
  }
  // States in an order in which each comes after all that lead to it; those of a circle never come.
  const farthest = automaton.map(() => 0);
  const ordered = incoming[0] === 0 ? [0] : [];
  for (const state of ordered) {
    for (const { to } of automaton[state]?.edges ?? []) {
      farthest[to] = Math.max(farthest[to] ?? 0, (farthest[state] ?? 0) + 1);
      incoming[to] = (incoming[to] ?? 0) - 1;
      if (incoming[to] === 0) ordered.push(to);
    }
  }
  const ends = [...automaton.keys()].filter((state) => automaton[state]?.accepts === true);
  return {
    shortest: Math.min(...ends.map((state) => nearest[state] ?? Infinity)),
    longest: ordered.length < automaton.length ? Infinity : Math.max(0, ...ends.map((state) => farthest[state] ?? 0)),
  };
}
