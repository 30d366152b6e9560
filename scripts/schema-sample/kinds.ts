import { boolean, fields, integer, number, record, text, type Schema } from './fields.ts';
import type { Random } from './random.ts';

type Maker = (random: Random) => Schema;

const strictObject = (properties: Schema): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const list = (items: Schema, maxItems = 4): Schema => ({ type: 'array', items, maxItems });
const field = (random: Random): Schema => fields[random.pick(Object.keys(fields))]?.(random) ?? text;

/** Kinds of schemas as they are found in public, and how many of each a sample has. */
export const kinds: Readonly<Record<string, { readonly count: number; readonly make: Maker }>> = {
  'tool arguments': {
    count: 40,
    make: (random) => ({ ...record(random, 0.12), description: 'Arguments of a function.' }),
  },
  'strict tool arguments': {
    count: 20,
    make: (random) => {
      const names = random.some(Object.keys(fields), 0.12).slice(0, 6);
      return strictObject(Object.fromEntries(names.map((name) => [name, fields[name]?.(random) ?? text])));
    },
  },
  'API payload': {
    count: 45,
    make: (random) =>
      record(random, 0.2, {
        title: 'Order',
        properties: {
          customer: record(random, 0.1),
          items: { type: 'array', minItems: 1, maxItems: 3, items: record(random, 0.1) },
          total: { type: 'number', minimum: 0 },
          address: { $ref: '#/$defs/address' },
        },
        required: ['customer', 'items'],
        $defs: {
          address: strictObject({ street: { ...text, maxLength: 40 }, zip: { type: 'string', pattern: '^\\d{5}$' } }),
        },
      }),
  },
  configuration: {
    count: 40,
    make: (random) => ({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        version: { const: random.pick(['1', '2', 3]) },
        logLevel: { enum: ['debug', 'info', 'warn', 'error'], default: 'info' },
        port: { type: 'integer', minimum: 1, maximum: 65_535 },
        hosts: list({ type: 'string', format: 'hostname', maxLength: 20 }, 3),
        env: {
          type: 'object',
          patternProperties: { '^[A-Z_]{1,12}$': { ...text, maxLength: 20 } },
          additionalProperties: false,
          maxProperties: 3,
        },
        limits: { type: 'object', additionalProperties: { type: 'integer', minimum: 0 }, maxProperties: 3 },
        rules: {
          type: 'object',
          additionalProperties: {
            anyOf: [{ enum: ['off', 'warn', 'error'] }, { type: 'integer', minimum: 0, maximum: 2 }],
          },
          maxProperties: 4,
        },
        plugins: { type: 'array', items: { anyOf: [{ ...text, maxLength: 15 }, record(random, 0.08)] }, maxItems: 3 },
      },
      required: random.some(['version', 'port', 'env', 'rules', 'plugins', 'limits']),
      additionalProperties: random.maybe(0.5) ? false : { ...text, maxLength: 10 },
    }),
  },
  'recursive tree': {
    count: 30,
    make: (random) =>
      random.pick<Schema>([
        {
          $ref: '#/$defs/node',
          $defs: { node: strictObject({ value: field(random), children: list({ $ref: '#/$defs/node' }, 2) }) },
        },
        {
          type: 'object',
          properties: { text: { ...text, maxLength: 30 }, replies: list({ $ref: '#' }, 2) },
          required: ['text'],
        },
        {
          $ref: '#/$defs/list',
          $defs: {
            list: strictObject({ head: field(random), tail: { anyOf: [{ $ref: '#/$defs/list' }, { type: 'null' }] } }),
          },
        },
        {
          $ref: '#/definitions/expression',
          definitions: {
            expression: {
              oneOf: [
                { type: 'integer', minimum: 0, maximum: 99 },
                strictObject({
                  op: { enum: ['+', '-', '*'] },
                  left: { $ref: '#/definitions/expression' },
                  right: { $ref: '#/definitions/expression' },
                }),
              ],
            },
          },
        },
        strictObject({
          label: { ...text, maxLength: 20 },
          url: { type: 'string', format: 'uri-reference', maxLength: 30 },
          items: list({ $ref: '#' }, 2),
        }),
      ]),
  },
  'tagged union': {
    count: 30,
    make: (random) => {
      const choices = ['click', 'scroll', 'type', 'wait', 'done'].map((kind) =>
        strictObject({
          kind: { const: kind },
          ...Object.fromEntries([1, 2].map((at) => [`field${at}`, field(random)])),
        }),
      );
      return { [random.pick(['anyOf', 'oneOf'])]: random.some(choices, 0.7) };
    },
  },
  'plain union': {
    count: 15,
    make: (random) => ({
      type: 'object',
      properties: { value: { anyOf: [field(random), record(random, 0.1), list(field(random), 2)] } },
      required: ['value'],
    }),
  },
  'enumeration and constant': {
    count: 15,
    make: (random) =>
      strictObject({
        country: { enum: Array.from({ length: 5 + random.below(200) }, (_, at) => `region-${at}`) },
        mixed: { enum: ['auto', null, 0, 1.5, true, [1, 2], { a: 1 }] },
        fixed: { const: { v: random.below(9) } },
      }),
  },
  formats: {
    count: 15,
    make: (random) =>
      strictObject(
        Object.fromEntries(
          random
            .some(['date', 'time', 'date-time', 'uuid', 'ipv4', 'ipv6', 'email', 'uri', 'duration', 'hostname'], 0.4)
            .map((format) => [format, { type: 'string', format }]),
        ),
      ),
  },
  patterns: {
    count: 20,
    make: (random) =>
      strictObject(
        Object.fromEntries(
          [1, 2, 3].map((at) => [
            `p${at}`,
            {
              type: 'string',
              pattern: random.pick([
                '^[a-z]+(-[a-z]+)*$',
                '^\\d{3}-\\d{2}-\\d{4}$',
                '^(?:[01]\\d|2[0-3]):[0-5]\\d$',
                '^[\\w.-]{1,30}@[\\w-]{1,20}\\.[a-z]{2,4}$',
                'foo|bar',
                '^v?\\d+\\.\\d+',
                '^[^\\s]{3,8}$',
                '^(?<year>\\d{4})/\\w+$',
                '^[\\u0400-\\u04ff]{2,10}$',
              ]),
            },
          ]),
        ),
      ),
  },
  numbers: {
    count: 15,
    make: ({ below }) =>
      strictObject({
        a: { type: 'number', minimum: -below(1000) / 8, maximum: below(1000) + 0.5 },
        b: { type: 'integer', exclusiveMinimum: below(50) - 25, exclusiveMaximum: 40 + below(900) },
        c: { type: 'integer', multipleOf: 1 + below(12) },
        d: { type: 'number', multipleOf: 0.25, minimum: 0, maximum: 10 },
      }),
  },
  arrays: {
    count: 20,
    make: (random) =>
      random.pick<Schema>([
        { type: 'array', prefixItems: [field(random), integer, boolean], items: false, minItems: 2 },
        {
          type: 'array',
          items: { type: 'array', items: { type: 'number', minimum: -1, maximum: 1 }, minItems: 2, maxItems: 3 },
          minItems: 2,
          maxItems: 3,
        },
        { type: 'array', items: [integer, field(random)], additionalItems: false },
        strictObject({
          rows: list(list(field(random), 3), 3),
          ids: { type: 'array', items: integer, minItems: 3, maxItems: 8 },
        }),
        { type: 'array', items: record(random, 0.1), minItems: 1, maxItems: 2 },
      ]),
  },
  'deep nesting': {
    count: 15,
    make: (random) =>
      Array.from({ length: 6 + random.below(8) }).reduce<Schema>(
        (inner, _, at) => (at % 3 === 2 ? list(inner, 2) : strictObject({ [`level${at}`]: inner })),
        field(random),
      ),
  },
  GeoJSON: {
    count: 15,
    make: (random) => {
      const position = {
        type: 'array',
        prefixItems: [fields['longitude']?.(random), fields['latitude']?.(random)],
        items: false,
        minItems: 2,
      };
      const geometry = (type: string, coordinates: Schema) => strictObject({ type: { const: type }, coordinates });
      const geometries = {
        oneOf: [
          geometry('Point', position),
          geometry('LineString', { type: 'array', items: position, minItems: 2, maxItems: 4 }),
          geometry('Polygon', list({ type: 'array', items: position, minItems: 4, maxItems: 5 }, 2)),
        ],
      };
      return strictObject({
        type: { const: 'Feature' },
        geometry: geometries,
        properties: random.pick([
          { type: ['object', 'null'], maxProperties: 2, additionalProperties: integer },
          record(random, 0.08),
        ]),
      });
    },
  },
  'OpenAPI component': {
    count: 30,
    make: (random) => ({
      allOf: [
        { $ref: '#/components/schemas/Base' },
        {
          type: 'object',
          properties: { owner: { $ref: '#/components/schemas/Owner' }, extra: { ...field(random), nullable: true } },
          required: ['owner'],
        },
      ],
      components: {
        schemas: {
          Base: {
            type: 'object',
            properties: {
              id: { type: 'integer', format: 'int64', readOnly: true, example: 7 },
              kind: { ...text, enum: ['cat', 'dog'] },
            },
            required: ['id', 'kind'],
            discriminator: { propertyName: 'kind' },
          },
          Owner: record(random, 0.1, { xml: { name: 'owner' }, externalDocs: { url: 'https://example.org' } }),
        },
      },
    }),
  },
  'generated from classes': {
    count: 35,
    make: (random) => ({
      title: 'Answer',
      type: 'object',
      properties: {
        steps: { title: 'Steps', type: 'array', maxItems: 3, items: { $ref: '#/$defs/Step' } },
        confidence: { title: 'Confidence', type: 'number', minimum: 0, maximum: 1, default: 0.5 },
        owner: { anyOf: [{ $ref: '#/$defs/Person' }, { type: 'null' }], default: null },
        mood: { allOf: [{ $ref: '#/$defs/Mood' }], description: 'How it went.' },
      },
      required: ['steps', 'mood'],
      $defs: {
        Mood: { enum: ['good', 'bad'], title: 'Mood', type: 'string' },
        Person: record(random, 0.1, { title: 'Person' }),
        Step: strictObject({ explanation: { ...text, title: 'Explanation', maxLength: 40 }, output: field(random) }),
      },
    }),
  },
  'older drafts': {
    count: 15,
    make: (random) => ({
      $schema: 'http://json-schema.org/draft-04/schema#',
      id: 'https://example.org/thing',
      type: 'object',
      definitions: { positive: { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 1000 } },
      properties: {
        size: { $ref: '#/definitions/positive' },
        pair: { type: 'array', items: [integer, number], additionalItems: false, minItems: 2 },
        other: field(random),
      },
      required: ['size', 'pair'],
    }),
  },
  'what a grammar cannot say': {
    count: 12,
    make: (random) => ({
      type: 'object',
      properties: {
        ids: { type: 'array', items: integer, maxItems: 4, uniqueItems: random.maybe(0.6) },
        kind: { enum: ['a', 'b'] },
        more: field(random),
      },
      required: ['ids', 'kind'],
      ...random.pick<Schema>([
        {},
        { if: { properties: { kind: { const: 'a' } } }, then: { required: ['more'] } },
        { dependentRequired: { more: ['kind'] } },
        { not: { required: ['more', 'ids'] } },
      ]),
    }),
  },
};
