import { explore, TooManyStates, type Automaton } from './automaton.ts';
import { anyCharacter, lastCodePoint, type CharSet } from './char-set.ts';
import { limits, type Budget } from './limits.ts';
import type { RegexTree } from './regex-tree.ts';
import { oneOf, repeat, sequence } from './regex-tree.ts';

// The anchors are characters of their own that stand before and after every text: so they may be anywhere in an
// expression, as in `^a|b$`, and searching is a loop over everything at both ends.
const before = lastCodePoint + 1;
const after = lastCodePoint + 2;

/** A nondeterministic automaton; its last state is the only one that accepts. */
interface Nondeterministic {
  readonly steps: { readonly set: CharSet; readonly to: number }[][];
  readonly jumps: number[][];
}

/** The texts that an expression matches from beginning to end. */
export function compileWhole(tree: RegexTree, budget: Budget): Automaton {
  return compile(sequence({ kind: 'begin' }, tree, { kind: 'end' }), budget);
}

/** The texts in which an expression finds something, as JSON Schema's `pattern` asks (2020-12 validation, 6.3.3). */
export function compileSearch(tree: RegexTree, budget: Budget): Automaton {
  const everything = oneOf([...anyCharacter, [before, after]]);
  return compile(sequence(repeat(everything, 0), tree, repeat(everything, 0)), budget);
}

function compile(tree: RegexTree, budget: Budget): Automaton {
  const machine: Nondeterministic = { steps: [[]], jumps: [[]] };
  const final = append(machine, tree, 0, budget);
  const atoms = splitAlphabet(machine);
  const closure = (states: Iterable<number>) => {
    const reached = new Set(states);
    for (const state of reached) {
      budget.spend(1);
      for (const to of machine.jumps[state] ?? []) reached.add(to);
    }
    return [...reached].toSorted((a, b) => a - b);
  };
  const move = (states: readonly number[], atom: number) => {
    const targets: number[] = [];
    for (const state of states) {
      for (const { set, to } of machine.steps[state] ?? []) {
        budget.spend(1);
        if (set.some(([low, high]) => low <= atom && atom <= high)) targets.push(to);
      }
    }
    return closure(targets);
  };
  return explore<readonly number[]>(
    move(closure([0]), before),
    {
      key: (states) => states.join(),
      accepts: (states) => move(states, after).includes(final),
      *edges(states) {
        for (const [from, to] of atoms) {
          const next = move(states, from);
          if (next.length > 0) yield { set: [[from, to]], to: next };
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
    case 'repeat': {
      let at = from;
      for (let count = 0; count < tree.min; count++) at = append(machine, tree.body, at, budget);
      const end = create();
      if (tree.max === Infinity) {
        const loop = create();
        machine.jumps[at]?.push(loop);
        machine.jumps[append(machine, tree.body, loop, budget)]?.push(loop);
        machine.jumps[loop]?.push(end);
        return end;
      }
      for (let count = tree.min; count < tree.max; count++) {
        machine.jumps[at]?.push(end);
        at = append(machine, tree.body, at, budget);
      }
      machine.jumps[at]?.push(end);
      return end;
    }
  }
}

/** Ranges of characters that no set of the machine tells apart. */
function splitAlphabet(machine: Nondeterministic): [from: number, to: number][] {
  const starts = new Set<number>(anyCharacter.flatMap(([from, to]) => [from, to + 1]));
  for (const steps of machine.steps) for (const { set } of steps) for (const [a, b] of set) starts.add(a).add(b + 1);
  const sorted = [...starts].filter((start) => start <= lastCodePoint).toSorted((a, b) => a - b);
  return sorted
    .map((from, at): [number, number] => [from, (sorted[at + 1] ?? lastCodePoint + 1) - 1])
    .filter(([from]) => from < 0xd800 || from > 0xdfff);
}
