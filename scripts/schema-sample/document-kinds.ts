import { field, fields, integer, list, number, record, strictObject, text } from './fields.ts';
import type { Kind } from './kind.ts';

/** Whole documents, as programs exchange them. */
export const documentKinds: Readonly<Record<string, Kind>> = {
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
};
