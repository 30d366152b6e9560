import { boolean, field, fields, integer, list, record, strictObject, text, type Schema } from './fields.ts';
import type { Kind } from './kind.ts';

/** Structures: trees, unions, lists. */
export const structureKinds: Readonly<Record<string, Kind>> = {
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
};
