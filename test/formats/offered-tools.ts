import type { ToolDefinition } from '../../src/formats/tool-definition.ts';

/** The tools that the cases of `test/fixtures/formats` offer. */
export const offeredTools: readonly ToolDefinition[] = [
  {
    name: 'find_train',
    parameters: {
      type: 'object',
      properties: {
        from: { type: 'string' },
        to: { type: 'string' },
        seats: { type: 'integer' },
        window: { type: 'boolean' },
      },
      required: ['from', 'to'],
    },
  },
  {
    name: 'note',
    parameters: {
      type: 'object',
      properties: {
        text: { type: 'string' },
        tags: { type: 'array', items: { type: 'string' } },
        meta: {
          type: 'object',
          properties: {
            a: { type: 'object', properties: { b: { type: 'array' }, n: { type: 'number' } } },
            on: { type: 'boolean' },
          },
        },
        due: { type: ['string', 'null'] },
        level: { enum: ['low', 'high'] },
        amount: { anyOf: [{ type: 'integer' }, { type: 'string' }] },
      },
    },
  },
  { name: 'lights_off', parameters: { type: 'object', properties: {} } },
  { name: 'mood' },
  { name: 'brave_search', parameters: { type: 'object', properties: { query: { type: 'string' } } } },
];
