import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { randomSchema, seededRandom } from '../../../test/support/random-schema.ts';
import { schemaCases } from '../../../test/support/schema-cases.ts';
import { validate } from './validate.ts';

describe('what a grammar accepts is valid', () => {
  it.each(schemaCases.filter(({ relaxed }) => relaxed.length === 0))('$title', ({ schema, accepted }) => {
    expect(accepted.filter((text) => !validate(JSON.parse(text), schema))).toEqual([]);
  });
});

const ajv = addFormats.default(
  new Ajv2020({ strict: false, logger: false, unicodeRegExp: false, validateFormats: false }),
);

describe('values are judged as Ajv judges them', () => {
  const values = JSON.parse(
    `[null, true, false, 0, 1, -3, 2.5, 21, "", "x", "a", "abc", "foobar", "2024-02-30", "é\\"", "👍👍", [], [1],
      ["a", "b"], [[], {}], [1, 2, 3, 4], {}, { "a": 1 }, { "a": "x", "b": null }, { "x-1": 2, "ab": [1] }, { "x": 1 },
      { "a": { "a": {} }, "é": true }, { "a": 1, "b": 2, "ab": 3, "x-1": 4 }]`,
  ) as unknown[];

  it('for random schemas', () => {
    const random = seededRandom(11);
    const seen = { valid: 0, invalid: 0 };
    for (let count = 0; count < 200; count++) {
      const schema = withoutFormats(randomSchema(random));
      const judge = ajv.compile(schema as object);
      ajv.removeSchema();
      for (const value of values) {
        const isValid = judge(value);
        seen[isValid ? 'valid' : 'invalid']++;
        if (validate(value, schema) !== isValid) {
          throw new Error(
            `${JSON.stringify(value)} should be ${isValid ? 'valid' : 'invalid'}: ${JSON.stringify(schema)}`,
          );
        }
      }
    }
    expect(Math.min(seen.valid, seen.invalid)).toBeGreaterThan(500);
  });

  it.each<[string, unknown]>([
    ['uniqueItems', { uniqueItems: true, items: { maximum: 2 } }],
    ['contains', { contains: { type: 'string' }, minContains: 2 }],
    ['not', { not: { type: ['string', 'null'] } }],
    ['if', JSON.parse('{"if":{"type":"number"},"then":{"minimum":1},"else":{"type":"string"}}')],
    ['dependentRequired', { dependentRequired: { a: ['b'] } }],
    ['propertyNames', { propertyNames: { maxLength: 1 } }],
    ['oneOf', { oneOf: [{ type: 'number' }, { minimum: 1 }] }],
    [
      'references',
      { $defs: { n: { type: ['object', 'number'], additionalProperties: { $ref: '#/$defs/n' } } }, $ref: '#/$defs/n' },
    ],
    ['false', false],
    ['dependentSchemas', { dependentSchemas: { a: { required: ['b'] } } }],
  ])('for %s', (_, schema) => {
    const judge = ajv.compile(schema as object);
    ajv.removeSchema();

    expect(values.map((value) => validate(value, schema))).toEqual(values.map((value) => judge(value)));
  });
});

describe('a format is checked where it is exact', () => {
  it.each([
    ['date', '2024-02-29', '2023-02-29'],
    ['date-time', '2024-02-29T10:00:00Z', '2024-02-29 10:00:00'],
    ['uuid', '123e4567-e89b-12d3-a456-426614174000', '123e4567'],
    ['ipv4', '127.0.0.1', '127.0.0.256'],
  ])('%s', (format, right, wrong) => {
    expect(validate(right, { format })).toBe(true);
    expect(validate(wrong, { format })).toBe(false);
  });

  it.each(['email', 'ipv6', 'unheard-of'])('not %s', (format) => {
    expect(validate('"quoted local part"@example.org', { format })).toBe(true);
  });
});

describe('what cannot be told counts as valid', () => {
  it.each<[string, unknown, unknown]>([
    ['as one of several', '10.0.0.1', { oneOf: [{ format: 'ipv4' }, { format: 'ipv6' }] }],
    ['as the only one of several', 'a', { oneOf: [{ format: 'email' }, { type: 'number' }] }],
    ['where it must not be', 'no address', { not: { format: 'email' } }],
    ['as a condition', 'a', JSON.parse('{"if":{"pattern":"(?=b)"},"then":{"minLength":3}}')],
    ['as a name', { a: 1 }, { patternProperties: { '^(?!x)': { type: 'string' } } }],
    ['as another name', { a: 1 }, { patternProperties: { '(?=a)': true }, additionalProperties: false }],
    ['among some', ['a'], { contains: { format: 'email' }, maxContains: 0 }],
    [
      'of properties that were not looked at',
      { a: 1 },
      { oneOf: [{ unevaluatedProperties: false }, { required: ['a'] }] },
    ],
    ['of numbers beyond what is exact', 2 ** 53 + 2, { not: { multipleOf: 3 } }],
  ])('%s', (_, value, schema) => {
    expect(validate(value, schema)).toBe(true);
  });

  it.each<[string, unknown, unknown]>([
    [
      'none of several',
      1,
      {
        oneOf: [
          { type: 'string', format: 'ipv4' },
          { type: 'string', format: 'ipv6' },
        ],
      },
    ],
    ['what must not be', 'a', { not: { anyOf: [{ format: 'email' }, { maxLength: 1 }] } }],
    ['both branches', 'a', JSON.parse('{"if":{"pattern":"(?=b)"},"then":{"minLength":3},"else":{"minLength":2}}')],
    ['too many for sure', ['ab', 'b'], { contains: { maxLength: 2 }, maxContains: 1 }],
  ])('but not %s', (_, value, schema) => {
    expect(validate(value, schema)).toBe(false);
  });
});

describe('multiples', () => {
  it.each([
    [1_234_567_890_123, 10, false],
    [1_234_567_890_120, 10, true],
    [0.3, 0.1, true],
    [19.99, 0.01, true],
    [19.995, 0.01, false],
    [1e-7, 1e-8, true],
    [0, 7, true],
    [-21, 7, true],
  ])('%d of %d: %s', (value, multipleOf, isMultiple) => {
    expect(validate(value, { multipleOf })).toBe(isMultiple);
  });
});

describe('dependencies, as before 2019-09', () => {
  it.each<[unknown, boolean]>([
    [{ a: 1 }, false],
    [{ a: 1, b: 1 }, true],
    [{ c: 1 }, false],
    [{ c: 1, d: 1 }, true],
    [{}, true],
  ])('%j', (value, isValid) => {
    expect(validate(value, { dependencies: { a: ['b'], c: { required: ['d'] } } })).toBe(isValid);
  });
});

describe('what would never end', () => {
  it('is refused where a reference leads back', () => {
    expect(() => validate(1, { anyOf: [{ $ref: '#' }] })).toThrow(/too deep/);
  });

  it('is refused where choices multiply', () => {
    const level = (at: number) => ({ anyOf: [{ $ref: `#/$defs/${at}` }, { $ref: `#/$defs/${at}` }] });
    const $defs = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [at, at === 59 ? false : level(at + 1)]));

    expect(() => validate(1, { ...level(0), $defs })).toThrow(/too much work/);
  });

  it('is none of a large value, however often a pattern is met', () => {
    const value = Array.from({ length: 20_000 }, () => '2024-02-29T10:00:00Z');

    expect(validate(value, { items: { format: 'date-time', pattern: '^\\d+-' } })).toBe(true);
  });
});

function withoutFormats(schema: Record<string, unknown>): unknown {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => (key === 'format' ? undefined : value));
}
