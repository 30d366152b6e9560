import { schemaCase, type SchemaCase } from './schema-case.ts';

export const constantCases: readonly SchemaCase[] = [
  schemaCase('a constant', { const: 'a"\\\n/é' }, [JSON.stringify('a"\\\n/é')], ['"a"', '"a\\"\\\\\\n"']),
  schemaCase(
    'an object constant',
    { const: { a: [1, 'x'], b: {} } },
    ['{"a":[1,"x"],"b":{}}', '{ "a": [ 1, "x" ], "b": {} }'],
    ['{"b":{},"a":[1,"x"]}', '{"a":[1],"b":{}}'],
  ),
  schemaCase(
    'an enumeration',
    { enum: ['a', 1, null, true, [1], -2.5] },
    ['"a"', '1', 'null', 'true', '[1]', '-2.5'],
    ['"b"', '2', 'false', '[]'],
  ),
  schemaCase('an enumeration with a type', { type: 'string', enum: ['a', 1, 'b'] }, ['"a"', '"b"'], ['1', '"c"']),
  schemaCase('an enumeration with bounds', { enum: [1, 5, 10], minimum: 2, not: { const: 10 } }, ['5'], ['1', '10']),
  schemaCase('an enumeration with a pattern', { enum: ['ab', 'b', 'cab'], pattern: '^a' }, ['"ab"'], ['"b"', '"cab"']),
  schemaCase(
    'constants in enumerations',
    { allOf: [{ enum: ['a', 'b'] }, { enum: ['b', 'c'] }] },
    ['"b"'],
    ['"a"', '"c"'],
  ),
  schemaCase(
    'many strings',
    { enum: Array.from({ length: 40 }, (_, at) => `word${at}`) },
    ['"word0"', '"word39"', '"word4"'],
    ['"word40"', '"word"'],
  ),
  schemaCase(
    'null in an enumeration of objects',
    { enum: [null, { a: 1 }], type: ['object', 'null'] },
    ['null', '{"a": 1}'],
    ['{"a": 2}', '{}'],
  ),
];
