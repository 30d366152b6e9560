import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, it } from 'vitest';
import { createGenerator } from '../../../test/support/gbnf-generator.ts';
import { randomSchema, seededRandom } from '../../../test/support/random-schema.ts';
import { schemaCases } from '../../../test/support/schema-cases.ts';
import { GrammarBuilder } from './grammar-builder.ts';
import { addJsonSchema } from './json-schema.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

const ajv = addFormats.default(
  new Ajv2020({ strict: false, logger: false, unicodeRegExp: false, multipleOfPrecision: 9 }),
);

function generatorFor(schema: unknown, random: () => number) {
  const builder = new GrammarBuilder();
  const { rule, relaxed } = addJsonSchema(builder, schema, 'value');
  return { generate: createGenerator(builder.build(rule), random), isExact: relaxed.length === 0 };
}

/** What a validator finds wrong with texts that a grammar made. */
function wrongTexts(schema: unknown, random: () => number, count: number): string[] {
  const { generate, isExact } = generatorFor(schema, random);
  const texts = Array.from({ length: count }, () => generate());
  const values = texts.map((text) => [text, JSON.parse(text) as unknown] as const);
  if (!isExact) return [];
  const validate = ajv.compile(schema as object);
  ajv.removeSchema();
  return values.filter(([, value]) => !validate(value)).map(([text]) => text);
}

it('makes only valid texts for the cases of the table', () => {
  const random = seededRandom(7);
  const known = schemaCases.filter(
    ({ schema }) => !/"exclusiveMinimum":true|"items":\[|u\{|__proto__/.test(JSON.stringify(schema)),
  );
  const wrong = known.flatMap(({ title, schema }) => wrongTexts(schema, random, 8).map((text) => [title, text]));

  expect(wrong).toEqual([]);
});

it.each([1, 2, 3, 4])('makes only valid texts for random schemas, seed %i', (seed) => {
  const random = seededRandom(seed);
  const wrong: unknown[] = [];
  let translated = 0;
  for (let count = 0; count < 150; count++) {
    const schema = randomSchema(random);
    try {
      wrong.push(...wrongTexts(schema, random, 6).map((text) => ({ schema: JSON.stringify(schema), text })));
      translated++;
    } catch (failure) {
      // Random schemas may contradict themselves.
      if (!(failure instanceof UnsupportedSchema)) throw failure;
    }
  }

  expect(wrong).toEqual([]);
  expect(translated).toBeGreaterThan(75);
});
