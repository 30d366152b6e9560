import { TooManyStates, type Automaton } from './automaton.ts';
import { Budget } from './limits.ts';
import { parseRegex } from './parse-regex.ts';
import { UnsupportedRegex } from './regex-reader.ts';
import type { RegexTree } from './regex-tree.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

/** The automaton that `compile` makes of an expression; undefined where it cannot be translated, or is too much. */
export function tryAutomaton(
  expression: string,
  compile: (tree: RegexTree, budget: Budget) => Automaton,
): Automaton | undefined {
  try {
    return compile(parseRegex(expression, Infinity), new Budget());
  } catch (failure) {
    const isBeyond =
      failure instanceof UnsupportedRegex || failure instanceof TooManyStates || failure instanceof UnsupportedSchema;
    if (!isBeyond) throw failure;
    return undefined;
  }
}
