interface Case {
  readonly kind: string;
  readonly schema: unknown;
  /** A text that satisfies it. */
  readonly text: string;
}

const text = { type: 'string' };

/** Schemas of the kinds that people send, each with an answer. */
export const benchSchemas: readonly Case[] = [
  { kind: 'any object', schema: { type: 'object' }, text: '{"name": "Ada", "tags": ["a", {"b": [1, 2.5, null]}]}' },
  {
    kind: 'flat object',
    schema: {
      type: 'object',
      properties: { name: text, age: { type: 'integer', minimum: 0, maximum: 150 }, active: { type: 'boolean' } },
      required: ['name', 'age'],
    },
    text: '{"name": "Ada Lovelace", "age": 36, "active": true}',
  },
  {
    kind: 'formats and patterns',
    schema: {
      type: 'object',
      properties: {
        id: { type: 'string', format: 'uuid' },
        at: { type: 'string', format: 'date-time' },
        mail: { type: 'string', format: 'email' },
        code: { type: 'string', pattern: '^[A-Z]{2}-\\d{4,8}$' },
      },
      required: ['id', 'at', 'mail', 'code'],
    },
    text: '{"id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "at": "2026-01-02T03:04:05Z", "mail": "ada@example.org", "code": "GB-18151210"}',
  },
  {
    kind: 'long bounded text',
    schema: {
      type: 'object',
      properties: { note: { type: 'string', minLength: 10, maxLength: 2000 } },
      required: ['note'],
    },
    text: JSON.stringify({ note: 'bodu gera lomi. '.repeat(40) }),
  },
  {
    kind: 'recursive tree',
    schema: {
      $ref: '#/$defs/node',
      $defs: {
        node: {
          type: 'object',
          properties: { value: text, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
          required: ['value', 'children'],
        },
      },
    },
    text: '{"value": "a", "children": [{"value": "b", "children": [{"value": "c", "children": []}]}]}',
  },
  {
    kind: 'union of 30 objects',
    schema: {
      type: 'array',
      items: {
        anyOf: Array.from({ length: 30 }, (_, at) => ({
          type: 'object',
          properties: { type: { const: `event_${at}` }, id: { type: 'integer' }, data: text },
          required: ['type', 'id', 'data'],
        })),
      },
    },
    text: '[{"type": "event_3", "id": 1, "data": "x"}, {"type": "event_29", "id": 2, "data": "y"}]',
  },
  {
    kind: 'enum of 500',
    schema: { enum: Array.from({ length: 500 }, (_, at) => `value number ${at}`) },
    text: '"value number 417"',
  },
];
