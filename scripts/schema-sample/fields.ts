import type { Random } from './random.ts';

export type Schema = Record<string, unknown>;

export const text: Schema = { type: 'string' };
export const integer: Schema = { type: 'integer' };
export const number: Schema = { type: 'number' };
export const boolean: Schema = { type: 'boolean' };

/** Properties as people name them, each with what they usually say of it. */
export const fields: Readonly<Record<string, (random: Random) => Schema>> = {
  id: ({ pick }) =>
    pick([integer, { type: 'string', format: 'uuid' }, { type: 'string', minLength: 1, maxLength: 36 }]),
  name: ({ below }) => ({ type: 'string', minLength: 1, maxLength: 20 + below(60) }),
  title: ({ below }) => ({ type: 'string', maxLength: 30 + below(90), description: 'What it is called.' }),
  description: () => ({ type: 'string', maxLength: 60, examples: ['A short text.'] }),
  email: () => ({ type: 'string', format: 'email' }),
  phone: ({ pick }) => ({
    type: 'string',
    pattern: pick(['^\\+[1-9]\\d{6,14}$', '^\\(?\\d{3}\\)?[ -]?\\d{3}-\\d{4}$']),
  }),
  url: () => ({ type: 'string', format: 'uri', maxLength: 60 }),
  createdAt: ({ pick }) => ({ type: 'string', format: pick(['date-time', 'date']) }),
  age: () => ({ type: 'integer', minimum: 0, maximum: 150 }),
  price: ({ maybe }) => ({ type: 'number', minimum: 0, ...(maybe(0.4) && { maximum: 99_999.99 }) }),
  quantity: ({ below }) => ({ type: 'integer', minimum: 1, maximum: 10 + below(1000) }),
  rating: () => ({ type: 'number', minimum: 0, maximum: 5 }),
  currency: () => ({ enum: ['EUR', 'USD', 'GBP', 'CHF', 'JPY'] }),
  country: () => ({ type: 'string', pattern: '^[A-Z]{2}$' }),
  status: ({ some }) => ({ type: 'string', enum: some(['draft', 'open', 'paid', 'void', 'archived'], 0.8) }),
  tags: ({ below }) => ({ type: 'array', items: { type: 'string', maxLength: 12 }, maxItems: 1 + below(5) }),
  isActive: ({ maybe }) => ({ type: 'boolean', ...(maybe(0.5) && { default: true }) }),
  color: () => ({ type: 'string', pattern: '^#[0-9a-fA-F]{6}$' }),
  version: () => ({ type: 'string', pattern: '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)$' }),
  ip: ({ pick }) => ({ type: 'string', format: pick(['ipv4', 'ipv6']) }),
  latitude: () => ({ type: 'number', minimum: -90, maximum: 90 }),
  longitude: () => ({ type: 'number', minimum: -180, maximum: 180 }),
  note: () => ({ type: ['string', 'null'], maxLength: 40 }),
  parent: () => ({ anyOf: [integer, { type: 'null' }] }),
  score: () => ({ type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }),
  duration: () => ({ type: 'string', format: 'duration' }),
  weekday: () => ({ enum: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] }),
  step: ({ pick }) => ({ type: 'integer', multipleOf: pick([2, 5, 10, 25]), minimum: 0, maximum: 1000 }),
};

const names = Object.keys(fields);

/** An object with some of the fields. */
export function record(random: Random, share = 0.25, more: Schema = {}): Schema {
  const chosen = random.some(names, share).slice(0, 9);
  const properties = Object.fromEntries(chosen.map((name) => [name, fields[name]?.(random) ?? text]));
  return {
    type: 'object',
    properties,
    ...(random.maybe(0.8) && { required: random.some(chosen, 0.7) }),
    ...(random.maybe(0.6) && { additionalProperties: false }),
    ...more,
  };
}

/** An object that has exactly these properties. */
export const strictObject = (properties: Schema): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

export const list = (items: Schema, maxItems = 4): Schema => ({ type: 'array', items, maxItems });

/** Any of the fields. */
export const field = (random: Random): Schema => fields[random.pick(Object.keys(fields))]?.(random) ?? text;
