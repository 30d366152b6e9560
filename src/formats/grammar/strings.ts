import { addAutomaton } from './automaton-rules.ts';
import { lengthsOf } from './automaton-lengths.ts';
import { accepts, both, textsOfLength, TooManyStates, type Automaton } from './automaton.ts';
import type { CharSet } from './char-set.ts';
import { compileSearch } from './compile-regex.ts';
import { anything, formatExpression } from './formats.ts';
import { addAnyString, addCharacter, spellInString } from './json-text.ts';
import type { Budget } from './limits.ts';
import { limits } from './limits.ts';
import { isNumberFormat } from './number-bounds.ts';
import { parseRegex } from './parse-regex.ts';
import { UnsupportedRegex } from './regex-reader.ts';
import { repeated } from './repeated.ts';
import { countsOf, type Branch, type Nodes, type Translation } from './schema-node.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';
import { everyOf, type Verdict } from './verdict.ts';

/** Strings with their quotes. Lengths count code points, as the specification does (2020-12 validation, 6.3). */
export function strings(nodes: Nodes, translation: Translation): Branch {
  const { builder } = translation;
  const length = countsOf(nodes, 'minLength', 'maxLength');
  if (length.min > length.max) throw new UnsupportedSchema('minLength', length.path, 'it is above maxLength.');
  const expressions = expressionsOf(nodes, translation);
  const key = JSON.stringify(['string', expressions.map(({ source }) => source), length.min, length.max]);
  return { body: builder.shared(key, () => addString(expressions, length, translation)), needs: [] };
}

/** The texts of strings that satisfy some nodes as an automaton; undefined where any text does. */
export function textAutomaton(nodes: Nodes, translation: Translation): Automaton | undefined {
  const length = countsOf(nodes, 'minLength', 'maxLength');
  const automaton = intersectionOf(expressionsOf(nodes, translation), translation);
  return withLength(automaton, length, translation);
}

interface Expression {
  readonly source: string;
  readonly keyword: 'pattern' | 'format';
  readonly path: string;
}

function expressionsOf(nodes: Nodes, translation: Translation): Expression[] {
  const found: Expression[] = [];
  const { max } = countsOf(nodes, 'minLength', 'maxLength');
  for (const { schema, path } of nodes) {
    if (typeof schema['pattern'] === 'string') found.push({ source: schema['pattern'], keyword: 'pattern', path });
    const { format } = schema;
    if (typeof format !== 'string' || isNumberFormat(format)) continue;
    const source = formatExpression(format, max);
    if (source === undefined) translation.relax('format', path);
    else if (source !== anything) found.push({ source, keyword: 'format', path });
  }
  return found;
}

/** The texts in which a pattern finds something; undefined, and noted as relaxed, where it cannot be translated. */
export function patternAutomaton(expression: Expression, translation: Translation): Automaton | undefined {
  const { source, keyword, path } = expression;
  const known = translation.automata.get(source);
  if (known !== undefined) return known;
  try {
    const tree = keyword === 'format' ? formatTree(source) : parseRegex(source);
    const automaton = compileSearch(tree, translation.budget);
    translation.automata.set(source, automaton);
    return automaton;
  } catch (failure) {
    if (failure instanceof UnsupportedRegex && !failure.isValid) {
      throw new UnsupportedSchema(keyword, path, `the regular expression is wrong: ${failure.message}.`);
    }
    if (!(failure instanceof UnsupportedRegex || failure instanceof TooManyStates)) throw failure;
    translation.relax(keyword, path);
    return undefined;
  }
}

/** A format's expression is the project's own and longer than a client's may be. */
const formatTree = (source: string) => parseRegex(source, Infinity);

function intersectionOf(expressions: readonly Expression[], translation: Translation): Automaton | undefined {
  let common: Automaton | undefined;
  for (const expression of expressions) {
    const automaton = patternAutomaton(expression, translation);
    if (automaton === undefined) continue;
    common = combine(
      common,
      automaton,
      () => translation.relax(expression.keyword, expression.path),
      translation.budget,
    );
  }
  return common;
}

function combine(a: Automaton | undefined, b: Automaton, relax: () => void, budget: Budget): Automaton {
  if (a === undefined) return b;
  try {
    return both(a, b, budget);
  } catch (failure) {
    if (!(failure instanceof TooManyStates)) throw failure;
    relax();
    return a;
  }
}

function withLength(
  automaton: Automaton | undefined,
  { min, max, path }: { min: number; max: number; path: string },
  translation: Translation,
): Automaton | undefined {
  if (automaton !== undefined && automaton.length > 0) {
    // A pattern often says by itself how long its texts are, as that of a postcode does.
    const { shortest, longest } = lengthsOf(automaton);
    if (shortest >= min && longest <= max) return automaton;
  }
  if (min === 0 && max === Infinity) return automaton;
  const relax = () => {
    if (min > 0) translation.relax('minLength', path);
    if (max < Infinity) translation.relax('maxLength', path);
  };
  if (automaton === undefined) {
    if (Math.max(min, max === Infinity ? 0 : max) < limits.automatonStates) {
      return textsOfLength(min, max, translation.budget);
    }
    relax();
    return automaton;
  }
  // Each length takes a copy of the pattern's states. What is longer than that allows for need not be written.
  const affordable = Math.floor(limits.boundedStates / Math.max(1, automaton.length));
  const longest = max === Infinity ? Infinity : Math.min(max, affordable);
  if (min > affordable || (longest < max && longest < fewestCharacters)) {
    relax();
    return automaton;
  }
  return combine(automaton, textsOfLength(min, longest, translation.budget), relax, translation.budget);
}

/** A maximum may be lowered to so many characters where the real one would be too expensive. */
const fewestCharacters = 32;

/** The set of characters that a text consists of, where a pattern says no more than that, and whether it needs one. */
function charactersOnly(automaton: Automaton): { set: CharSet; min: number } | undefined {
  const [start, rest] = automaton;
  const loop = rest ?? start;
  const target = automaton.length - 1;
  const isLoop = loop?.accepts === true && loop.edges.length === 1 && loop.edges[0]?.to === target;
  if (!isLoop || automaton.length > 2 || start?.edges.length !== 1 || start.edges[0]?.to !== target) return undefined;
  const set = loop.edges[0]?.set ?? [];
  const isSame = start.edges[0]?.set.join(';') === set.join(';');
  return isSame ? { set, min: start.accepts ? 0 : 1 } : undefined;
}

function addString(
  expressions: readonly Expression[],
  length: { min: number; max: number; path: string },
  translation: Translation,
): string {
  const { builder } = translation;
  const automaton = intersectionOf(expressions, translation);
  if (automaton === undefined) {
    if (length.min === 0 && length.max === Infinity) return addAnyString(builder);
    const text = repeated(translation, addCharacter(builder), length.min, length.max, () =>
      translation.relax('maxLength', length.path),
    );
    return builder.add('string', `"\\"" ${text} "\\""`);
  }
  const plain = charactersOnly(automaton);
  if (plain !== undefined && length.max < Infinity) {
    const character = builder.add('char', spellInString(builder)(plain.set).join(' | '));
    const least = Math.max(plain.min, length.min);
    if (least > length.max) {
      throw new UnsupportedSchema('maxLength', length.path, 'the rest asks for a longer text.');
    }
    const text = repeated(translation, character, least, length.max, () => translation.relax('maxLength', length.path));
    return builder.add('string', `"\\"" ${text} "\\""`);
  }
  const bounded = withLength(automaton, length, translation) ?? automaton;
  const [blame] = expressions;
  if (bounded.length === 0) {
    throw new UnsupportedSchema(blame?.keyword ?? 'pattern', blame?.path ?? '', 'no string satisfies it and the rest.');
  }
  const sources = expressions.map(({ source }) => source);
  const key = JSON.stringify(['text', sources, bounded === automaton ? undefined : length]);
  const text = builder.shared(key, () =>
    addAutomaton(builder, 'text', bounded, { spell: spellInString(builder), end: '"\\""' }),
  );
  return builder.add('string', `"\\"" ${text}`);
}

/** Whether a text satisfies a pattern or format; where that cannot be told it is noted. */
export function satisfies(text: string, nodes: Nodes, translation: Translation): Verdict {
  return everyOf(expressionsOf(nodes, translation), (expression) => {
    const automaton = patternAutomaton(expression, translation);
    return automaton && accepts(automaton, text);
  });
}
