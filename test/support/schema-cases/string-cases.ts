import { string, schemaCase, type SchemaCase } from './schema-case.ts';

export const stringCases: readonly SchemaCase[] = [
  schemaCase(
    'strings',
    string,
    ['""', '"a\\n\\u00e9\\ud83d\\ude00"', '"😀"', '"\\/"'],
    ['"\\ud83d"', '"\\x"', '"\t"', '"a', 'a'],
  ),
  schemaCase(
    'lengths',
    { type: 'string', minLength: 2, maxLength: 3 },
    ['"ab"', '"abc"', '"😀é"', '"\\n\\u0041"'],
    ['"a"', '"abcd"', '""'],
  ),
  schemaCase('a least length', { minLength: 2 }, ['"ab"', '"abcdefghij"'], ['"a"', '12']),
  schemaCase('length zero', { type: 'string', maxLength: 0 }, ['""'], ['"a"']),
  schemaCase(
    'long lengths',
    { type: 'string', minLength: 2500, maxLength: 5001 },
    [quote(2500), quote(3000), quote(5001)],
    [quote(2499), quote(5002)],
  ),
  schemaCase('lengths beyond counting', { type: 'string', maxLength: 5e7 }, ['""', '"a"'], ['1'], ['/maxLength']),
  schemaCase('an anchored pattern', { type: 'string', pattern: '^[a-c]+$' }, ['"abc"'], ['""', '"abd"', '"a b"']),
  schemaCase(
    'a pattern that is searched',
    { type: 'string', pattern: 'b+c' },
    ['"bc"', '"abbbcd"', '"\\nbc"'],
    ['"b"', '"c"', '"cb"'],
  ),
  schemaCase('a beginning', { type: 'string', pattern: '^ab' }, ['"ab"', '"abc"'], ['"xab"', '"a"']),
  schemaCase('an end', { type: 'string', pattern: 'ab$' }, ['"ab"', '"xab"', '"abab"'], ['"abx"']),
  schemaCase(
    'anchors in alternatives',
    { type: 'string', pattern: '^a|b$' },
    ['"ax"', '"xb"', '"a"'],
    ['"xa"', '"bx"'],
  ),
  schemaCase(
    'classes of characters',
    { type: 'string', pattern: '^\\d\\w\\s\\D\\W\\S$' },
    ['"1_ a-x"'],
    ['"a_ a-x"', '"1- a-x"', '"1_xa-x"', '"1_ 1-x"'],
  ),
  schemaCase(
    'negated classes',
    { type: 'string', pattern: '^[^a-z"]{2}$' },
    ['"AB"', '"\\\\1"', '"é\\n"'],
    ['"aB"', '"\\"B"'],
  ),
  schemaCase(
    'escapes in patterns',
    { type: 'string', pattern: '^\\u0041\\x42\\t\\/\\.\\-\\u{1F600}\\uD83D\\uDE00$' },
    ['"AB\\t/.-😀😀"'],
    ['"AB\\tx.-😀😀"'],
  ),
  schemaCase(
    'quantifiers',
    { type: 'string', pattern: '^a{2}b{1,}c{0,2}d?e*?f+?$' },
    ['"aabf"', '"aabbccdeef"'],
    ['"abf"', '"aacf"', '"aabcccf"'],
  ),
  schemaCase('groups', { type: 'string', pattern: '^(?:ab|(c))(?<n>d|e)*$' }, ['"ab"', '"cded"'], ['"abc"', '"d"']),
  schemaCase('a repeated repetition', { type: 'string', pattern: '^(a*)*(b|)+$' }, ['""', '"aab"', '"bb"'], ['"ba"']),
  schemaCase('braces and brackets as they are', { type: 'string', pattern: '^{a}]$' }, ['"{a}]"'], ['"a"']),
  schemaCase('a dot', { type: 'string', pattern: '^.$' }, ['"a"', '"\\""', '"\\u0000"'], ['"\\n"', '""']),
  schemaCase(
    'a pattern with lengths',
    { type: 'string', pattern: '^a*b*$', minLength: 2, maxLength: 3 },
    ['"aa"', '"abb"'],
    ['"a"', '"aabb"', '"ba"'],
  ),
  schemaCase('two patterns', { allOf: [{ pattern: 'a' }, { pattern: 'b' }] }, ['"ab"', '"xbya"'], ['"a"', '"b"']),
  schemaCase('lookaround', { type: 'string', pattern: '^(?=a)', minLength: 1 }, ['"b"'], ['""'], ['/pattern']),
  schemaCase('back references', { type: 'string', pattern: '(a)\\1' }, ['"b"'], ['1'], ['/pattern']),
  schemaCase('word boundaries', { type: 'string', pattern: '\\ba' }, ['"b"'], ['1'], ['/pattern']),
  schemaCase('a pattern of too many states', { type: 'string', pattern: 'a.{40}b' }, ['"x"'], ['1'], ['/pattern']),
];

function quote(length: number): string {
  return `"${'x'.repeat(length)}"`;
}
