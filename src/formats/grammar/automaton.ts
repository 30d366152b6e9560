import { anyCharacter, charactersOf, complement, includes, intersection, union, type CharSet } from './char-set.ts';
import { limits, type Budget } from './limits.ts';

export interface State {
  readonly accepts: boolean;
  /** The sets of a state's edges do not overlap; what is in none of them is refused. */
  readonly edges: readonly { readonly set: CharSet; readonly to: number }[];
}

/** A deterministic automaton over characters. It starts in the first state; without states it accepts nothing. */
export type Automaton = readonly State[];

/** An automaton would have more states than the bound. */
export class TooManyStates extends Error {
  override readonly name = 'TooManyStates';
}

/**
 * Builds the reachable part of an automaton from any description of its states, then drops what leads nowhere:
 * in a grammar such a state would be a trap.
 */
export function explore<S>(
  start: S,
  describe: { key(state: S): string; accepts(state: S): boolean; edges(state: S): Iterable<{ set: CharSet; to: S }> },
  budget: Budget,
): Automaton {
  const numbers = new Map([[describe.key(start), 0]]);
  const pending = [start];
  const states: State[] = [];
  // The list grows while it is walked.
  for (const state of pending) {
    const sets = new Map<number, CharSet>();
    for (const { set, to } of describe.edges(state)) {
      if (set.length === 0) continue;
      const key = describe.key(to);
      const number = numbers.get(key) ?? numbers.size;
      if (number === numbers.size) {
        if (number >= limits.automatonStates) throw new TooManyStates();
        numbers.set(key, number);
        pending.push(to);
      }
      const known = sets.get(number);
      sets.set(number, known === undefined ? set : union([...known, ...set]));
      budget.spend(20 + 6 * set.length);
    }
    states.push({ accepts: describe.accepts(state), edges: [...sets].map(([to, set]) => ({ set, to })) });
  }
  return trimmed(states);
}

/** The texts that both accept. */
export function both(a: Automaton, b: Automaton, budget: Budget): Automaton {
  if (a.length === 0 || b.length === 0) return [];
  return explore<readonly [number, number]>(
    [0, 0],
    {
      key: ([x, y]) => `${x},${y}`,
      accepts: ([x, y]) => (a[x]?.accepts ?? false) && (b[y]?.accepts ?? false),
      *edges([x, y]) {
        for (const left of a[x]?.edges ?? []) {
          for (const right of b[y]?.edges ?? []) {
            budget.spend(8 + left.set.length + right.set.length);
            yield { set: intersection(left.set, right.set), to: [left.to, right.to] as const };
          }
        }
      },
    },
    budget,
  );
}

/** The texts that an automaton does not accept. */
export function allBut(automaton: Automaton, budget: Budget): Automaton {
  const sink = automaton.length;
  return explore<number>(
    0,
    {
      key: String,
      accepts: (state) => !(automaton[state]?.accepts ?? false),
      *edges(state) {
        const edges = automaton[state]?.edges ?? [];
        yield* edges;
        yield { set: complement(union(edges.flatMap(({ set }) => set))), to: sink };
      },
    },
    budget,
  );
}

/** The texts of a number of characters. */
export function textsOfLength(min: number, max: number, budget: Budget): Automaton {
  const last = max === Infinity ? min : max;
  return explore<number>(
    0,
    {
      key: String,
      accepts: (length) => length >= min,
      *edges(length) {
        if (length < last) yield { set: anyCharacter, to: length + 1 };
        else if (max === Infinity) yield { set: anyCharacter, to: length };
      },
    },
    budget,
  );
}

/** Exactly these texts, in as few states as can be: a state is what may still follow. */
export function textsOf(words: readonly string[], budget: Budget): Automaton {
  return explore<readonly string[]>(
    [...new Set(words)].toSorted(),
    {
      key: (rests) => JSON.stringify(rests),
      accepts: (rests) => rests[0] === '',
      *edges(rests) {
        const byFirst = Map.groupBy(
          rests.filter((rest) => rest !== ''),
          (rest) => String.fromCodePoint(rest.codePointAt(0) ?? 0),
        );
        budget.spend(rests.reduce((sum, { length }) => sum + 5 + length / 8, 0));
        for (const [first, starting] of byFirst) {
          yield { set: charactersOf(first), to: starting.map((rest) => rest.slice(first.length)) };
        }
      },
    },
    budget,
  );
}

export function accepts(automaton: Automaton, text: string): boolean {
  let state = automaton[0];
  for (const character of text) {
    const edge = state?.edges.find(({ set }) => includes(set, character.codePointAt(0) ?? 0));
    if (edge === undefined) return false;
    state = automaton[edge.to];
  }
  return state?.accepts ?? false;
}

/**
 * The same texts in as few states as can be. Takes time with the square of the states where they form a chain:
 * for small automata only.
 */
export function minimised(automaton: Automaton, budget: Budget): Automaton {
  let classes = automaton.map((state) => Number(state.accepts));
  for (let count = 0; ;) {
    const numbers = new Map<string, number>();
    classes = automaton.map(({ edges }, at) => {
      budget.spend(4 + 4 * edges.length);
      const moves = new Map<number, CharSet>();
      for (const { set, to } of edges)
        moves.set(classes[to] ?? 0, union([...(moves.get(classes[to] ?? 0) ?? []), ...set]));
      const sorted = [...moves].toSorted(([a], [b]) => a - b);
      const key = `${classes[at]}|${sorted.map(([to, set]) => `${to}:${set.join(';')}`).join('|')}`;
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      return number;
    });
    if (numbers.size === count) break;
    count = numbers.size;
  }
  return explore<number>(
    0,
    {
      key: (state) => String(classes[state]),
      accepts: (state) => automaton[state]?.accepts ?? false,
      edges: (state) => automaton[state]?.edges ?? [],
    },
    budget,
  );
}

function trimmed(states: readonly State[]): Automaton {
  const sources = states.map((): number[] => []);
  for (const [from, { edges }] of states.entries()) for (const { to } of edges) sources[to]?.push(from);
  const live = new Set(states.flatMap((state, at) => (state.accepts ? [at] : [])));
  for (const state of live) for (const source of sources[state] ?? []) live.add(source);
  if (!live.has(0)) return [];
  const numbers = new Map([...live].toSorted((a, b) => a - b).map((old, at) => [old, at]));
  return [...numbers.keys()].map((old) => ({
    accepts: states[old]?.accepts ?? false,
    edges: (states[old]?.edges ?? []).flatMap(({ set, to }) => {
      const target = numbers.get(to);
      return target === undefined ? [] : [{ set, to: target }];
    }),
  }));
}
