import type { OutputConstraint } from '../api/internal/engine-request.ts';
import { addAutomaton } from './grammar/automaton-rules.ts';
import type { Automaton } from './grammar/automaton.ts';
import { charClass } from './grammar/char-class.ts';
import { includes } from './grammar/char-set.ts';
import { compileGbnf } from './grammar/compile-gbnf.ts';
import { compileWhole } from './grammar/compile-regex.ts';
import { GrammarAutomaton } from './grammar/grammar-automaton.ts';
import type { GrammarBuilder } from './grammar/grammar-builder.ts';
import { addJsonSchema } from './grammar/json-schema.ts';
import { Budget, limits } from './grammar/limits.ts';
import { parseRegex } from './grammar/parse-regex.ts';
import { prefixRules } from './grammar/prefix-rules.ts';
import { readClientGrammar, type GbnfRules } from './grammar/read-gbnf.ts';
import { UnsupportedRegex } from './grammar/regex-reader.ts';
import { StateBudget } from './grammar/state-budget.ts';
import { UnsupportedGrammar } from './grammar/unsupported-grammar.ts';
import { UnsupportedSchema } from './grammar/unsupported-schema.ts';
import { addWordTree } from './grammar/word-tree.ts';
import { outputRefusal } from './output-refusal.ts';

/** Rules for the content that a request asks for. */
export interface AddedOutput {
  readonly rule: string;
  /** Whether the content cannot begin with white space, so that any before it means nothing. */
  readonly allowsGap: boolean;
  /** What is not enforced, as `<param>/<path>`. */
  readonly relaxed: readonly string[];
  /** The client's own rules, which the rule refers to. */
  readonly given?: GbnfRules;
}

/** Adds rules for an output. Throws a ManifoldError that names the client's field. */
export function addOutput(builder: GrammarBuilder, output: OutputConstraint): AddedOutput {
  try {
    switch (output.kind) {
      case 'json':
        return addJson(builder, output);
      case 'regex':
        return addTexts(builder, regexAutomaton(output.pattern));
      case 'choice':
        return addChoice(builder, output.choices);
      case 'grammar':
        return addGrammar(output.grammar);
      default:
        return output satisfies never;
    }
  } catch (failure) {
    throw outputRefusal(failure, output.param);
  }
}

function addJson(builder: GrammarBuilder, output: OutputConstraint & { kind: 'json' }): AddedOutput {
  const { param, isStrict, schema = { type: 'object' } } = output;
  const { rule, relaxed } = addJsonSchema(builder, schema, 'content');
  const [broken] = relaxed;
  if (isStrict && broken !== undefined) {
    throw new UnsupportedSchema(broken.keyword, broken.path, 'it cannot be enforced; leave it out, or strictness.');
  }
  return { rule, allowsGap: true, relaxed: relaxed.map(({ path }) => param + path) };
}

function regexAutomaton(pattern: string): Automaton {
  const automaton = compileWhole(parseRegex(pattern), new Budget());
  if (automaton.length === 0) throw new UnsupportedRegex('no text matches it', true);
  return automaton;
}

function addChoice(builder: GrammarBuilder, choices: readonly string[]): AddedOutput {
  const size = choices.reduce((sum, { length }) => sum + length, 0);
  if (choices.length > limits.enumValues || size > limits.schemaBytes) {
    throw new UnsupportedGrammar(`there are over ${limits.enumValues} choices, or ${limits.schemaBytes} characters.`);
  }
  const rule = addWordTree(builder, choices, new Budget());
  return { rule, allowsGap: !choices.some((choice) => /^\s|^$/.test(choice)), relaxed: [] };
}

function addTexts(builder: GrammarBuilder, automaton: Automaton): AddedOutput {
  const rule = addAutomaton(builder, 'content', automaton, { spell: (set) => [charClass(set)], end: '""' });
  const beginsWith = (character: string) =>
    automaton[0]?.edges.some(({ set }) => includes(set, character.charCodeAt(0))) === true;
  return { rule, allowsGap: !spaces.some(beginsWith), relaxed: [] };
}

function addGrammar(text: string): AddedOutput {
  const rules = readClientGrammar(text);
  const automaton = new GrammarAutomaton(compileGbnf('', rules), new StateBudget(Infinity));
  const { start } = automaton;
  const allowsGap = !start.accepts && spaces.every((space) => automaton.step(start, space.charCodeAt(0)) === null);
  // No rule of the builder has an underscore in its name.
  return { rule: 'client_root', allowsGap, relaxed: [], given: prefixRules(rules, 'client_') };
}

const spaces = [' ', '\n', '\r', '\t'];
