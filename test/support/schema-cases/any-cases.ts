import { schemaCase, type SchemaCase } from './schema-case.ts';

export const anyCases: readonly SchemaCase[] = [
  schemaCase('true', true, ['1', 'null', '[1, {"a": "b"}]', '{"a":[]}', '-1.5e3'], ['', 'nul', '{a:1}', '[1,]', "'a'"]),
  schemaCase(
    'an empty schema',
    {},
    ['""', '{"a": {"b": [true, false]}}', '[\n  1,\n  2\n]'],
    ['"\n"', '01', '+1', '[1 2]'],
  ),
  schemaCase(
    'annotations',
    {
      title: 't',
      description: 'd',
      default: 1,
      examples: [2],
      $comment: 'c',
      deprecated: true,
      readOnly: true,
      type: 'null',
    },
    ['null'],
    ['1', 'NULL'],
  ),
  schemaCase('booleans', { type: 'boolean' }, ['true', 'false'], ['True', '1', 'null']),
  schemaCase('a list of types', { type: ['string', 'null'] }, ['"a"', 'null'], ['1', '{}']),
  schemaCase('nullable', { type: 'integer', nullable: true }, ['1', 'null'], ['"a"', '1.5']),
  schemaCase('number with integer', { type: ['integer', 'number'] }, ['1', '1.5'], ['"1"']),
  schemaCase('not a type', { not: { type: 'string' } }, ['1', 'null', '[]'], ['"a"']),
  schemaCase('unknown keywords', { type: 'null', frobnicate: 1, 'x-order': 2 }, ['null'], ['1'], ['/frobnicate']),
];
