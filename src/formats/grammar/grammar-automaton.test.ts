import { expect, it } from 'vitest';
import { createGenerator } from '../../../test/support/gbnf-generator.ts';
import { createMatcher } from '../../../test/support/gbnf-matcher.ts';
import { randomSchema, seededRandom } from '../../../test/support/random-schema.ts';
import { schemaCases } from '../../../test/support/schema-cases.ts';
import { compileGbnf } from './compile-gbnf.ts';
import { GrammarAutomaton } from './grammar-automaton.ts';
import { GrammarBuilder } from './grammar-builder.ts';
import { addJsonSchema } from './json-schema.ts';
import { StateBudget } from './state-budget.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

/** The text of a grammar; undefined where the schema contradicts itself. */
function grammarOf(schema: unknown): string | undefined {
  const builder = new GrammarBuilder();
  try {
    return builder.build(addJsonSchema(builder, schema, 'value').rule);
  } catch (failure) {
    if (failure instanceof UnsupportedSchema) return undefined;
    throw failure;
  }
}

/** A text with one character left out, doubled or exchanged. */
function spoilt(text: string, random: () => number): string {
  const characters = Array.from(text);
  const at = Math.floor(random() * characters.length);
  const change = [[], [characters[at] ?? '', characters[at] ?? ''], ['é'], ['"'], [' '], ['0']];
  characters.splice(at, 1, ...(change[Math.floor(random() * change.length)] ?? []));
  return characters.join('');
}

function follower(grammar: string): (text: string) => boolean {
  const automaton = new GrammarAutomaton(compileGbnf(grammar), new StateBudget(500));
  return (text) => automaton.run(automaton.start, Buffer.from(text))?.accepts === true;
}

it('accepts what the cases of the table say', () => {
  const wrong = schemaCases.flatMap(({ title, schema, accepted, refused }) => {
    const accepts = follower(grammarOf(schema) ?? '');
    return [...accepted.filter((text) => !accepts(text)), ...refused.filter(accepts)].map((text) => [title, text]);
  });

  expect(wrong).toEqual([]);
});

it.each([1, 2, 3])('agrees with a matcher that follows every reading apart, seed %i', (seed) => {
  const random = seededRandom(seed);
  const differing: unknown[] = [];
  let compared = 0;
  for (let count = 0; count < 60; count++) {
    const schema = randomSchema(random);
    const grammar = grammarOf(schema);
    if (grammar === undefined) continue;
    const [accepts, matches, generate] = [follower(grammar), createMatcher(grammar), createGenerator(grammar, random)];
    const texts = Array.from({ length: 6 }, generate).flatMap((text) => [text, spoilt(text, random), `${text} `]);
    differing.push(...texts.filter((text) => accepts(text) !== matches(text)).map((text) => ({ schema, text })));
    compared += texts.length;
  }

  expect(differing).toEqual([]);
  expect(compared).toBeGreaterThan(400);
});
