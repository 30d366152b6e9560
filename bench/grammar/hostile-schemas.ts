interface Hostile {
  readonly kind: string;
  readonly schema: unknown;
}

const many = <T>(count: number, make: (at: number) => T) => Array.from({ length: count }, (_, at) => make(at));
const named = (count: number, make: (at: number) => unknown) =>
  Object.fromEntries(many(count, (at) => [`p${at}`, make(at)]));
const nested = (depth: number, wrap: (inner: unknown) => unknown): unknown =>
  many(depth, () => 0).reduce<unknown>((inner) => wrap(inner), {});
const chain = (length: number, make: (next: { $ref: string }, at: number) => unknown) => ({
  $ref: '#/$defs/d0',
  $defs: Object.fromEntries(
    many(length, (at) => [`d${at}`, at === length - 1 ? {} : make({ $ref: `#/$defs/d${at + 1}` }, at)]),
  ),
});
const object = (properties: object, rest: object = {}) => ({ type: 'object', properties, ...rest });

/** Schemas made to cost much: beyond the bounds, just within them, and of every keyword that multiplies. */
export const hostileSchemas: readonly Hostile[] = [
  { kind: 'deep beyond the bound', schema: nested(1000, (items) => ({ items })) },
  { kind: 'deep within the bound', schema: nested(55, (items) => ({ type: 'array', items })) },
  { kind: 'many values', schema: { enum: many(3000, (at) => at) } },
  { kind: 'as many values as allowed', schema: { enum: many(2000, (at) => `value ${at * 7919}`) } },
  { kind: 'many alternatives', schema: { anyOf: many(20_000, () => ({})) } },
  { kind: 'as many parts as allowed', schema: object(named(3000, () => ({ type: 'string' }))) },
  {
    kind: 'all of them required',
    schema: object(
      named(900, () => ({})),
      { required: many(900, (at) => `p${at}`) },
    ),
  },
  { kind: 'a long description', schema: { description: 'x'.repeat(300_000) } },
  { kind: 'a long pattern', schema: { type: 'string', pattern: 'a?'.repeat(500) } },
  { kind: 'a deep pattern', schema: { pattern: `${'('.repeat(500)}${')'.repeat(500)}` } },
  { kind: 'a pattern with many states', schema: { type: 'string', pattern: '^(a|b)*a(a|b){12}$' } },
  { kind: 'a pattern that repeats', schema: { type: 'string', pattern: '^((ab?){1,30}c){1,30}$' } },
  { kind: 'a pattern with a length', schema: { type: 'string', pattern: '^[a-z]*x[a-z]*$', maxLength: 700 } },
  {
    kind: 'patterns upon patterns',
    schema: { type: 'string', allOf: many(30, (at) => ({ pattern: `[a-z]{${at}}x.{5}` })) },
  },
  {
    kind: 'many patterns',
    schema: object(named(200, (at) => ({ type: 'string', pattern: `^(a|b){${at % 9}}c[d-z]{4}$` }))),
  },
  {
    kind: 'many formats',
    schema: object(named(100, (at) => ({ type: 'string', format: ['date-time', 'email', 'uri', 'ipv6'][at % 4] }))),
  },
  {
    kind: 'formats with lengths',
    schema: object(named(40, (at) => ({ type: 'string', format: 'date-time', maxLength: 30 + at }))),
  },
  { kind: 'lengths that add up', schema: object(named(100, (at) => ({ type: 'string', minLength: 1000 + at }))) },
  {
    kind: 'ranges of numbers',
    schema: object(
      named(300, (at) => ({ type: 'number', minimum: at + 0.123456789, maximum: at * 1e9 + 0.987654321 })),
    ),
  },
  { kind: 'multiples', schema: object(named(60, (at) => ({ type: 'integer', multipleOf: 97 + at, minimum: -1e15 }))) },
  {
    kind: 'alternatives over alternatives',
    schema: { allOf: many(30, () => ({ anyOf: [{ minLength: 1 }, { type: 'string' }] })) },
  },
  {
    kind: 'eight doublings',
    schema: {
      allOf: many(8, (at) => ({ anyOf: [{ required: [`p${at}`] }, { properties: { [`p${at}`]: { type: 'null' } } }] })),
    },
  },
  {
    kind: 'references that fan out',
    schema: chain(60, (next, at) => ({ anyOf: [next, { $ref: `#/$defs/d${Math.min(59, at + 2)}` }] })),
  },
  {
    kind: 'properties that fan out',
    schema: chain(24, (next) => object({ a: next, b: next, c: { allOf: [next, { title: 'x' }] } })),
  },
  { kind: 'a long chain', schema: { const: 1, ...chain(3000, (next) => ({ anyOf: [next] })) } },
  {
    kind: 'groups of keys',
    schema: {
      type: 'object',
      patternProperties: Object.fromEntries(many(8, (at) => [`^[a-z]{${at}}x`, { type: 'string' }])),
    },
  },
  {
    kind: 'counted members',
    schema: { type: 'object', additionalProperties: { type: 'integer' }, minProperties: 900, maxProperties: 1000 },
  },
  { kind: 'counted items', schema: nested(6, (items) => ({ type: 'array', items, minItems: 30, maxItems: 60 })) },
  { kind: 'large constants', schema: { enum: many(200, (at) => many(40, (inner) => `${at} ${inner}`)) } },
  {
    kind: 'repetitions of nothing',
    schema: { pattern: '^(((a?){100}){100}){100}$', minItems: 3, maxItems: 2, type: 'array' },
  },
];
