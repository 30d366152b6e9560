import { object, string, integer, schemaCase, type SchemaCase } from './schema-case.ts';

export const combinedCases: readonly SchemaCase[] = [
  schemaCase('anyOf', { anyOf: [string, { type: 'integer', minimum: 3 }] }, ['"a"', '3'], ['2', 'null']),
  schemaCase(
    'anyOf beside other keywords',
    { type: 'string', anyOf: [{ minLength: 3 }, { pattern: '^a' }], maxLength: 4 },
    ['"xyz"', '"a"'],
    ['"x"', '"axxxx"', '3'],
  ),
  schemaCase(
    'alternatives that contradict',
    { type: 'string', anyOf: [integer, { const: 'a' }, { minLength: 3, maxLength: 2 }] },
    ['"a"'],
    ['1', '"b"', '"bcd"'],
  ),
  schemaCase('alternatives that are false', { anyOf: [false, { type: 'null' }] }, ['null'], ['1']),
  schemaCase(
    'anyOf over required',
    object({ a: integer, b: integer }, { anyOf: [{ required: ['a'] }, { required: ['b'] }] }),
    ['{"a":1}', '{"b":1}', '{"a":1,"b":1}'],
    ['{}'],
  ),
  schemaCase('oneOf of types', { oneOf: [string, { type: 'null' }] }, ['"a"', 'null'], ['1']),
  schemaCase(
    'oneOf with tags',
    { oneOf: ['a', 'b'].map((tag) => object({ kind: { const: tag }, [tag]: integer }, { required: ['kind'] })) },
    ['{"kind":"a","a":1}', '{"kind":"b"}'],
    ['{"kind":"a","b":1}', '{"kind":"c"}'],
  ),
  schemaCase(
    'oneOf that overlaps',
    {
      oneOf: [
        { type: 'integer', minimum: 3 },
        { type: 'integer', maximum: 5 },
      ],
    },
    ['1', '9', '4'],
    ['"a"'],
    ['/oneOf'],
  ),
  schemaCase(
    'oneOf whose keywords speak of different types',
    { oneOf: [{ minLength: 1 }, { minimum: 1 }] },
    ['"a"', '1'],
    ['""', '0'],
    ['/oneOf'],
  ),
  schemaCase(
    'oneOf of objects with tags beside a type that is no object',
    {
      type: ['object', 'string'],
      oneOf: ['a', 'b'].map((tag) => ({ properties: { kind: { const: tag } }, required: ['kind'] })),
    },
    ['{"kind":"a"}', '"x"'],
    ['1'],
    ['/oneOf'],
  ),
  schemaCase(
    'oneOf with tags below a type',
    {
      type: 'object',
      oneOf: ['a', 'b'].map((tag) => ({ properties: { kind: { const: tag } }, required: ['kind'] })),
    },
    ['{"kind":"a"}', '{"kind":"b"}'],
    ['{}', '{"kind":"c"}'],
  ),
  schemaCase('oneOf among constants', { enum: [1, 4, 9], oneOf: [{ minimum: 3 }, { maximum: 5 }] }, ['1', '9'], ['4']),
  schemaCase(
    'allOf',
    { allOf: [object({ a: integer }, { required: ['a'] }), object({ b: string }, { required: ['b'] })] },
    ['{"a":1,"b":"x"}'],
    ['{"a":1}', '{"b":"x"}'],
  ),
  schemaCase(
    'allOf over one property',
    { allOf: [object({ a: { type: 'integer', minimum: 3 } }), object({ a: { maximum: 5 } })] },
    ['{"a":4}', '{}'],
    ['{"a":2}', '{"a":6}'],
  ),
  schemaCase(
    'allOf with one closed',
    { allOf: [object({ a: integer }, { additionalProperties: false }), object({ b: integer })] },
    ['{"a":1}', '{}'],
    ['{"b":1}'],
  ),
  schemaCase('not', { type: 'integer', not: { minimum: 3 } }, ['1', '4'], ['"a"'], ['/not']),
  schemaCase(
    'definitions',
    {
      $ref: '#/$defs/a',
      $defs: { a: { type: 'array', items: { $ref: '#/definitions/b~1c' } } },
      definitions: { 'b/c': integer },
    },
    ['[1]', '[]'],
    ['["a"]'],
  ),
  schemaCase(
    'a reference beside other keywords',
    { $ref: '#/$defs/a', maximum: 5, $defs: { a: { type: 'integer', minimum: 3 } } },
    ['3', '5'],
    ['2', '6'],
  ),
  schemaCase('an anchor', { $ref: '#here', $defs: { a: { $anchor: 'here', type: 'null' } } }, ['null'], ['1']),
  schemaCase(
    'its own identifier',
    { $id: 'https://a.b/c', properties: { a: { $ref: 'https://a.b/c#/$defs/d' } }, $defs: { d: { type: 'null' } } },
    ['{"a":null}'],
    ['{"a":1}'],
  ),
  schemaCase(
    'a list that refers to itself',
    object({ value: integer, next: { $ref: '#' } }, { required: ['value'] }),
    ['{"value":1,"next":{"value":2,"next":{"value":3}}}'],
    ['{"value":1,"next":{}}', '{"next":{"value":1}}'],
  ),
  schemaCase(
    'a tree',
    {
      $ref: '#/$defs/node',
      $defs: {
        node: object(
          { name: string, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
          { required: ['name'] },
        ),
      },
    },
    ['{"name":"a","children":[{"name":"b"},{"name":"c","children":[]}]}'],
    ['{"name":"a","children":[1]}'],
  ),
  schemaCase(
    'expressions',
    {
      $defs: {
        e: {
          anyOf: [integer, { type: 'array', prefixItems: [{ $ref: '#/$defs/e' }, { $ref: '#/$defs/e' }], minItems: 2 }],
        },
      },
      $ref: '#/$defs/e',
    },
    ['1', '[1,[2,3]]'],
    ['[1]', '["a",1]'],
  ),
  schemaCase(
    'a tool',
    object(
      {
        city: { type: 'string', description: 'Where' },
        unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
        days: { type: 'integer', minimum: 1, maximum: 14 },
      },
      { required: ['city'], additionalProperties: false },
    ),
    ['{"city": "Paris"}', '{"city": "Köln", "unit": "celsius", "days": 14}'],
    ['{"city": "Paris", "days": 15}', '{"unit": "celsius"}', '{"city": "Paris", "unit": "kelvin"}'],
  ),
];
