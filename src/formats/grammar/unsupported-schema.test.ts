import { describe, expect, it } from 'vitest';
import { workOf } from '../../../test/formats/work-of.ts';
import { GrammarBuilder } from './grammar-builder.ts';
import { addJsonSchema } from './json-schema.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

function build(schema: unknown): string {
  const builder = new GrammarBuilder();
  return builder.build(addJsonSchema(builder, schema, 'value').rule);
}

function refusalOf(schema: unknown): [keyword: string, path: string] | string {
  try {
    build(schema);
    return 'none';
  } catch (failure) {
    if (!(failure instanceof UnsupportedSchema)) throw failure;
    return [failure.keyword, failure.path];
  }
}

const many = <T>(count: number, make: (at: number) => T) => Array.from({ length: count }, (_, at) => make(at));
const nested = (depth: number): unknown => (depth === 0 ? {} : { items: nested(depth - 1) });
const chain = (length: number, make: (next: { $ref: string }, at: number) => unknown) => ({
  $ref: '#/$defs/d0',
  $defs: Object.fromEntries(
    many(length, (at) => [`d${at}`, at === length - 1 ? {} : make({ $ref: `#/$defs/d${at + 1}` }, at)]),
  ),
});

describe('a contradiction is refused with its place', () => {
  it.each([
    [false, 'false', ''],
    [1, 'schema', ''],
    [{ type: 'text' }, 'type', ''],
    [{ type: 'string', allOf: [{ type: 'null' }] }, 'type', ''],
    [{ enum: [] }, 'enum', ''],
    [{ const: 1, type: 'string' }, 'const', ''],
    [{ const: 1, enum: [2, 3] }, 'const', ''],
    [{ pattern: '^a+$', maxLength: 0 }, 'maxLength', ''],
    [{ properties: { a: { minimum: 3, maximum: 2 } } }, 'minimum', '/properties/a'],
    [{ type: 'integer', exclusiveMinimum: 1, exclusiveMaximum: 2 }, 'minimum', ''],
    [{ type: 'integer', multipleOf: 7, minimum: 1, maximum: 6 }, 'multipleOf', ''],
    [{ multipleOf: 0 }, 'multipleOf', ''],
    [{ minLength: 3, maxLength: 2 }, 'minLength', ''],
    [{ pattern: '^a$', allOf: [{ pattern: '^b$' }] }, 'pattern', ''],
    [{ pattern: '(' }, 'pattern', ''],
    [{ pattern: 'a{2,1}' }, 'pattern', ''],
    [{ items: {}, minItems: 2, maxItems: 1 }, 'minItems', ''],
    [{ items: false, minItems: 1 }, 'minItems', ''],
    [{ properties: { a: false }, required: ['a'] }, 'required', ''],
    [{ required: ['a', 'b'], maxProperties: 1 }, 'maxProperties', ''],
    [{ additionalProperties: false, minProperties: 1 }, 'minProperties', ''],
    [{ anyOf: [] }, 'anyOf', ''],
    [{ anyOf: [false, false] }, 'type', ''],
    [{ items: { $ref: '#/$defs/none' } }, '$ref', '/items'],
    [{ $ref: 'https://example.org/schema' }, '$ref', ''],
  ])('%j', (schema, keyword, path) => {
    expect(refusalOf(schema)).toEqual([keyword, path]);
  });
});

describe('what never ends is refused', () => {
  it.each([
    ['itself', { $ref: '#' }],
    [
      'a circle',
      { $ref: '#/$defs/a', $defs: { a: { allOf: [{ $ref: '#/$defs/b' }] }, b: { anyOf: [{ $ref: '#/$defs/a' }] } } },
    ],
    ['a value that needs itself', { properties: { a: { $ref: '#' } }, required: ['a'] }],
    ['an item that needs itself', { items: { $ref: '#' }, minItems: 1 }],
  ])('%s', (_, schema) => {
    expect(refusalOf(schema)).toEqual(['$ref', expect.any(String)]);
  });
});

describe('what is hostile is refused, or relaxed, soon', () => {
  it.each([
    ['a deep schema', nested(1000)],
    ['a deep value', { const: many(200, (at) => at).reduce<unknown>((inner) => [inner], 1) }],
    ['many values', { enum: many(3000, (at) => at) }],
    ['many parts', { anyOf: many(20_000, () => ({})) }],
    ['a long text', { description: 'x'.repeat(300_000) }],
    ['a long pattern', { pattern: 'a'.repeat(2000) }],
    ['a pattern that is deep', { pattern: `${'('.repeat(500)}${')'.repeat(500)}` }],
    ['alternatives over alternatives', { allOf: many(30, () => ({ anyOf: [{ minLength: 1 }, { type: 'string' }] })) }],
    [
      'references that fan out',
      chain(60, (next, at) => ({ anyOf: [next, { $ref: `#/$defs/d${Math.min(59, at + 2)}` }] })),
    ],
    ['a chain of references under a constant', { const: 1, ...chain(3000, (next) => ({ anyOf: [next] })) }],
    [
      'lengths that add up',
      { properties: Object.fromEntries(many(100, (at) => [`p${at}`, { minLength: 1000 + at }])) },
    ],
    ['a grammar that is too large', { enum: many(200, (at) => many(40, (inner) => `${at} ${inner}`)) }],
    [
      'combinations of all properties',
      {
        allOf: many(8, (at) => ({
          anyOf: [{ required: [`p${at}`] }, { properties: { [`p${at}`]: { type: 'null' } } }],
        })),
      },
    ],
    ['patterns upon patterns', { allOf: many(30, (at) => ({ pattern: `[a-z]{${at}}x.{5}` })) }],
    ['repetitions of nothing', { pattern: '^(((a?){100}){100}){100}$', minItems: 3, maxItems: 2, type: 'array' }],
  ])('%s', (_, schema) => {
    let refusal: unknown;
    const work = workOf(() => (refusal = refusalOf(schema)));

    expect(refusal).not.toBe('none');
    // Some tens of milliseconds.
    expect(work).toBeLessThan(250_000);
  });

  it('does not back off from patterns that make backtracking engines slow', () => {
    const builder = new GrammarBuilder();
    const schema = { type: 'string', pattern: '^(a+)+(b|b)*(.*)*$' };

    expect(addJsonSchema(builder, schema, 'value').relaxed).toEqual([]);
  });
});
