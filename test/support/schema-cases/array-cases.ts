import { string, integer, number, schemaCase, type SchemaCase } from './schema-case.ts';

export const arrayCases: readonly SchemaCase[] = [
  schemaCase('arrays', { type: 'array' }, ['[]', '[1, "a", [], {}]', '[ ]'], ['[1,]', '{}', '[,]']),
  schemaCase(
    'items',
    { type: 'array', items: integer },
    ['[]', '[1]', '[1,2, 3]', '[\n  1,\n  2\n]'],
    ['["a"]', '[1.5]', '[1,  2]'],
  ),
  schemaCase('counts', { items: integer, minItems: 2, maxItems: 3 }, ['[1,2]', '[1,2,3]'], ['[]', '[1]', '[1,2,3,4]']),
  schemaCase('no items', { type: 'array', maxItems: 0 }, ['[]'], ['[1]']),
  schemaCase('items that are false', { type: 'array', items: false }, ['[]'], ['[1]']),
  schemaCase('a least count of anything', { type: 'array', minItems: 1 }, ['[1]', '["a",2]'], ['[]']),
  schemaCase(
    'many items',
    { type: 'array', items: { type: 'null' }, minItems: 2001, maxItems: 3000 },
    [nulls(2001), nulls(3000)],
    [nulls(2000), nulls(3001)],
  ),
  schemaCase(
    'prefixItems',
    { type: 'array', prefixItems: [integer, string], items: false },
    ['[]', '[1]', '[1,"a"]'],
    ['["a"]', '[1,"a",2]', '[1,2]'],
  ),
  schemaCase(
    'prefixItems with others',
    { prefixItems: [integer], items: string, minItems: 1 },
    ['[1]', '[1,"a","b"]'],
    ['[]', '["a"]', '[1,2]'],
  ),
  schemaCase(
    'prefixItems alone',
    { type: 'array', prefixItems: [integer, string], minItems: 2 },
    ['[1,"a"]'],
    ['[1]', '[1,"a",2]'],
  ),
  schemaCase(
    'prefixItems that are too few',
    { prefixItems: [integer], minItems: 3, maxItems: 3 },
    ['[1,"a",null]'],
    ['[1]', '[1,2]', '[1,2,3,4]'],
  ),
  schemaCase(
    'old tuples',
    { items: [integer, string], additionalItems: { type: 'null' } },
    ['[1,"a",null,null]', '[1]'],
    ['[1,"a",1]'],
  ),
  schemaCase(
    'arrays in both of allOf',
    { allOf: [{ items: { type: ['integer', 'string'] } }, { items: { type: ['integer', 'null'] } }] },
    ['[1,2]'],
    ['["a"]', '[null]'],
  ),
  schemaCase(
    'arrays of arrays',
    { type: 'array', items: { type: 'array', items: number, minItems: 1 } },
    ['[[1],[2.5,3]]', '[]'],
    ['[[]]', '[1]'],
  ),
  schemaCase(
    'uniqueItems',
    { type: 'array', items: integer, uniqueItems: true },
    ['[1,2]', '[1,1]'],
    ['["a"]'],
    ['/uniqueItems'],
  ),
  schemaCase('contains', { type: 'array', contains: integer }, ['[1]', '["a"]'], ['{}'], ['/contains']),
];

function nulls(count: number): string {
  return `[${Array.from({ length: count }, () => 'null').join()}]`;
}
