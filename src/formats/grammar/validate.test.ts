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
