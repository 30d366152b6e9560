import { field, integer, strictObject, type Schema } from './fields.ts';
import type { Kind } from './kind.ts';

/** Values: texts, numbers, constants. */
export const valueKinds: Readonly<Record<string, Kind>> = {
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
        { if: { properties: { kind: { const: 'b' } } }, else: { required: ['more'] } },
        { dependentRequired: { more: ['kind'] } },
        { not: { required: ['more', 'ids'] } },
      ]),
    }),
  },
};
