import { accepts, type Automaton } from './automaton.ts';
import { compileSearch } from './compile-regex.ts';
import { anything, formatExpression } from './formats.ts';
import { matchesSchema, type Matching } from './matches-schema.ts';
import { createResolver } from './references.ts';
import type { Node } from './schema-node.ts';
import { tryAutomaton } from './try-automaton.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';
import { everyOf, type Verdict } from './verdict.ts';

/** A value of some hundred thousand parts takes less; what branches without end takes more. */
const mostSteps = 20_000_000;
const deepest = 2000;

/** Formats whose expressions say what the standards say. The others are narrower and would refuse what is right. */
const exactFormats: ReadonlySet<unknown> = new Set(['date', 'time', 'date-time', 'uuid', 'ipv4']);

/**
 * Whether a JSON value is valid against a JSON Schema (2020-12, with what older drafts and OpenAPI spell otherwise).
 * What cannot be told counts as valid, also where it decides what must not be: patterns beyond regular languages,
 * formats that have no exact expression, `unevaluatedProperties` and `unevaluatedItems`. Numbers beyond what a double
 * holds exactly are taken for what it holds. It takes time and stack with both the value and the schema, and a
 * hostile pair of them takes very much: run it where it can be stopped.
 *
 * @throws UnsupportedSchema when the schema is not one, or the check goes too deep or takes too much work.
 */
export function validate(value: unknown, schema: unknown): boolean {
  const automata = new Map<string, Automaton | undefined>();
  let steps = 0;

  /** Undefined where an expression cannot be translated. */
  const automatonOf = (source: string): Automaton | undefined => {
    if (!automata.has(source)) automata.set(source, tryAutomaton(source, compileSearch));
    return automata.get(source);
  };
  const isFound = (source: string, text: string): Verdict => {
    const automaton = automatonOf(source);
    return automaton === undefined ? undefined : accepts(automaton, text);
  };

  const matching: Matching = {
    deepest,
    spend(more) {
      steps += more;
      if (steps > mostSteps) throw new UnsupportedSchema('$schema', '', 'it takes too much work to check it.');
    },
    satisfies(text, node) {
      const found = everyOf(expressionsOf(node), (source) => isFound(source, text));
      return found === true && isInexact(node) ? undefined : found;
    },
  };
  try {
    return matchesSchema(value, [{ schema, path: '' }], createResolver(schema), matching) !== false;
  } catch (failure) {
    // How many levels the stack holds is the thread's matter.
    if (!(failure instanceof RangeError)) throw failure;
    throw new UnsupportedSchema('$ref', '', 'what it describes goes too deep.');
  }
}

function expressionsOf({ schema }: Node): string[] {
  const { pattern, format } = schema;
  const ofFormat = typeof format === 'string' && exactFormats.has(format) ? formatExpression(format) : undefined;
  return [...(typeof pattern === 'string' ? [pattern] : []), ...(ofFormat === undefined ? [] : [ofFormat])];
}

/** Whether a node asks for a format that is not looked at. */
function isInexact({ schema: { format } }: Node): boolean {
  return typeof format === 'string' && !exactFormats.has(format) && formatExpression(format) !== anything;
}
