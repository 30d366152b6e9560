import { addAutomaton } from './automaton-rules.ts';
import type { State } from './automaton.ts';
import { anyCharacter, charactersOf, complement, intersection, union } from './char-set.ts';
import { charClass } from './char-class.ts';
import type { GrammarBuilder } from './grammar-builder.ts';

/**
 * Adds any text, the empty one included, in which `stop` does not occur, and returns its rule. The states are
 * those of Knuth, Morris and Pratt: how much of `stop` the text ends with.
 *
 * Where `stop` follows, a text may end with what `stop` begins with; only a stop that overlaps itself (`aa`) can
 * then be found earlier than it was meant.
 */
export function addTextUntil(builder: GrammarBuilder, stop: string): string {
  const characters = Array.from(stop);
  const others = complement(charactersOf(stop));
  const alphabet = [...new Set(characters)];
  /** The state after a character: the longest beginning of `stop` that what was read ends with. */
  const next: Map<string, number>[] = [];
  let fallback = 0;
  for (const [at, expected] of characters.entries()) {
    const from = next[fallback] ?? new Map<string, number>();
    const here = new Map(alphabet.map((c) => [c, at === 0 ? 0 : (from.get(c) ?? 0)]));
    here.set(expected, at + 1);
    next.push(here);
    if (at > 0) fallback = from.get(expected) ?? 0;
  }
  const states = next.map((targets): State => {
    const byTarget = Map.groupBy(alphabet, (c) => targets.get(c) ?? 0);
    const toStart = charactersOf((byTarget.get(0) ?? []).join(''));
    byTarget.delete(0);
    byTarget.delete(characters.length);
    const edges = [...byTarget].map(([to, cs]) => ({ set: charactersOf(cs.join('')), to }));
    const start = intersection(union([...others, ...toStart]), anyCharacter);
    return { accepts: true, edges: [{ set: start, to: 0 }, ...edges] };
  });
  return addAutomaton(builder, 'until', states, { spell: (set) => [charClass(set)], end: '""' });
}
