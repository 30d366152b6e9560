import { explore, TooManyStates, type Automaton } from './automaton.ts';
import { anyCharacter, includes, lastCodePoint, union, type CharSet } from './char-set.ts';
import { limits, type Budget } from './limits.ts';
import type { RegexTree } from './regex-tree.ts';
import { oneOf, repeat, sequence } from './regex-tree.ts';

// The anchors are characters of their own, of which any number stands before and after every text: so they may be
// anywhere in an expression, as in `^a|b$`, and searching is a loop over everything at both ends.
const before = lastCodePoint + 1;
const after = lastCodePoint + 2;

/** A nondeterministic automaton; its last state is the only one that accepts. */
interface Nondeterministic {
  readonly steps: { readonly set: CharSet; readonly to: number }[][];
  readonly jumps: number[][];
}

/** The texts that an expression matches from beginning to end. */
export function compileWhole(tree: RegexTree, budget: Budget): Automaton {
  return compile(tree, budget);
}

/** The texts in which an expression finds something, as JSON Schema's `pattern` asks (2020-12 validation, 6.3.3). */
export function compileSearch(tree: RegexTree, budget: Budget): Automaton {
  const everything = repeat(oneOf([...anyCharacter, [before, after]]), 0);
  const parts = tree.kind === 'sequence' ? tree.parts : [tree];
  // What begins with an anchor is found at the beginning or nowhere: searching on would only cost.
  const head = parts[0]?.kind === 'begin' ? [] : [everything];
  const tail = parts.at(-1)?.kind === 'end' ? [] : [everything];
  return compile(sequence(...head, tree, ...tail), budget);
}

function compile(tree: RegexTree, budget: Budget): Automaton {
  const machine: Nondeterministic = { steps: [[]], jumps: [[]] };
  const final = append(machine, tree, 0, budget);
  const atoms = splitAlphabet(machine, budget);
  const closures = new Map<number, readonly number[]>();
  /** A state and what it jumps to, as far as that steps or accepts. */
  const closureOf = (state: number) => {
    const known = closures.get(state);
    if (known !== undefined) return known;
    const reached = new Set([state]);
    for (const each of reached) for (const to of machine.jumps[each] ?? []) reached.add(to);
    budget.spend(reached.size);
    const closure = [...reached].filter((each) => each === final || machine.steps[each]?.length !== 0);
    closures.set(state, closure);
    return closure;
  };
  const closure = (states: Iterable<number>) => {
    const reached = new Set<number>();
    for (const state of states) {
      const more = closureOf(state);
      budget.spend(1 + more.length);
      for (const each of more) reached.add(each);
    }
    return [...reached].toSorted((a, b) => a - b);
  };
  /** Where some states are, and where an anchor takes them, once or several times. */
  const anchored = (states: readonly number[], anchor: number) => {
    const reached = new Set(closure(states));
    for (const state of reached) {
      const steps = (machine.steps[state] ?? []).filter(({ set }) => includes(set, anchor));
      for (const each of steps.length > 0 ? closure(steps.map(({ to }) => to)) : []) reached.add(each);
    }
    return [...reached].toSorted((a, b) => a - b);
  };
  const atomsOf = new Map<CharSet, readonly number[]>();
  const atomNumbers = (set: CharSet) => {
    const known = atomsOf.get(set);
    if (known !== undefined) return known;
    budget.spend(atoms.length + set.length);
    const numbers = atoms.flatMap(([from], at) => (includes(set, from) ? [at] : []));
    atomsOf.set(set, numbers);
    return numbers;
  };
  return explore<readonly number[]>(
    anchored([0], before),
    {
      key: (states) => states.join(),
      accepts: (states) => anchored(states, after).includes(final),
      *edges(states) {
        const targets = new Map<number, number[]>();
        for (const state of states) {
          for (const { set, to } of machine.steps[state] ?? []) {
            const numbers = atomNumbers(set);
            budget.spend(1 + numbers.length);
            for (const atom of numbers) targets.set(atom, [...(targets.get(atom) ?? []), to]);
          }
        }
        const byTargets = Map.groupBy(targets, ([, states_]) => states_.join());
        for (const group of byTargets.values()) {
          const next = closure(group[0]?.[1] ?? []);
          yield { set: union(group.flatMap(([atom]) => atoms.slice(atom, atom + 1))), to: next };
        }
      },
    },
    budget,
  );
}

/** Adds an expression after a state and returns the state after it. */
function append(machine: Nondeterministic, tree: RegexTree, from: number, budget: Budget): number {
  const create = () => {
    if (machine.steps.length >= limits.patternStates) throw new TooManyStates();
    budget.spend(1);
    machine.jumps.push([]);
    return machine.steps.push([]) - 1;
  };
  const step = (set: CharSet) => {
    const to = create();
    machine.steps[from]?.push({ set, to });
    return to;
  };
  switch (tree.kind) {
    case 'set':
      return step(tree.set);
    case 'begin':
      return step([[before, before]]);
    case 'end':
      return step([[after, after]]);
    case 'sequence':
      return tree.parts.reduce((at, part) => append(machine, part, at, budget), from);
    case 'choice': {
      const end = create();
      for (const option of tree.options) {
        const start = create();
        machine.jumps[from]?.push(start);
        machine.jumps[append(machine, option, start, budget)]?.push(end);
      }
      return end;
    }
    case 'repeat':
      return appendRepeat(tree);
    default:
      return tree satisfies never;
  }

  function appendRepeat({ body, min, max }: RegexTree & { kind: 'repeat' }): number {
    let at = from;
    budget.spend(min);
    for (let count = 0; count < min; count++) at = append(machine, body, at, budget);
    const end = create();
    if (max === Infinity) {
      const loop = create();
      machine.jumps[at]?.push(loop);
      machine.jumps[append(machine, body, loop, budget)]?.push(loop);
      machine.jumps[loop]?.push(end);
      return end;
    }
    for (let count = min; count < max; count++) {
      machine.jumps[at]?.push(end);
      at = append(machine, body, at, budget);
    }
    machine.jumps[at]?.push(end);
    return end;
  }
}

/** Ranges of characters that no set of the machine tells apart. */
function splitAlphabet(machine: Nondeterministic, budget: Budget): [from: number, to: number][] {
  const starts = new Set<number>(anyCharacter.flatMap(([from, to]) => [from, to + 1]));
  const sets = new Set(machine.steps.flatMap((steps) => steps.map(({ set }) => set)));
  for (const set of sets) {
    budget.spend(set.length);
    for (const [from, to] of set) starts.add(from).add(to + 1);
  }
  const sorted = [...starts].filter((start) => start <= lastCodePoint).toSorted((a, b) => a - b);
  return sorted
    .map((from, at): [number, number] => [from, (sorted[at + 1] ?? lastCodePoint + 1) - 1])
    .filter(([from]) => from < 0xd800 || from > 0xdfff);
}
