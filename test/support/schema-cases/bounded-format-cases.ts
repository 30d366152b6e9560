import { schemaCase, type SchemaCase } from './schema-case.ts';

/** Formats and patterns with lengths, as they stand together in descriptions of APIs. */
export const boundedFormatCases: readonly SchemaCase[] = [
  schemaCase(
    'an address with a length',
    { type: 'string', format: 'uri', minLength: 1, maxLength: 2083 },
    ['"https://example.org/a/b?c=d"', '"http://a.de"'],
    ['"example.org"', '"https://example.org/a b"', '""'],
  ),
  schemaCase(
    'a short address',
    { format: 'uri', maxLength: 20 },
    ['"http://abc.de"'],
    ['"http://abcdefghijk.de/1234"'],
  ),
  schemaCase('a mail address with a length', { format: 'email', maxLength: 254 }, ['"ada.l@example.org"'], ['"ada"']),
  schemaCase('a short mail address', { format: 'email', maxLength: 12 }, ['"a@b.org"'], ['"ada@example.org"']),
  schemaCase('a host with a length', { format: 'hostname', maxLength: 20 }, ['"db.local"'], ['"a.very.long.name.com"']),
  schemaCase(
    'an identifier as long as it is',
    { format: 'uuid', maxLength: 36 },
    [`"${'0'.repeat(8)}${'-0000'.repeat(3)}-${'0'.repeat(12)}"`],
    ['"0"'],
  ),
  schemaCase(
    'characters of a kind, many of them',
    { pattern: '^[a-z ]+$', maxLength: 5000 },
    ['"a b"', `"${'ab '.repeat(1000)}"`],
    ['""', '"A"'],
  ),
  schemaCase(
    'a pattern that bounds itself',
    { pattern: '^\\d{5}$', minLength: 5, maxLength: 5 },
    ['"12345"'],
    ['"1234"'],
  ),
  schemaCase(
    'a pattern that its length bounds',
    { pattern: '^[a-z]+$', minLength: 2, maxLength: 3 },
    ['"ab"', '"abc"'],
    ['"a"', '"abcd"'],
  ),
];
