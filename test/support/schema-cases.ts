/** A schema, texts that its grammar accepts and refuses, and the keywords that it cannot enforce. */
export interface SchemaCase {
  readonly title: string;
  readonly schema: unknown;
  readonly accepted: readonly string[];
  readonly refused: readonly string[];
  readonly relaxed: readonly string[];
}

function schemaCase(
  title: string,
  schema: unknown,
  accepted: readonly string[],
  refused: readonly string[],
  relaxed: readonly string[] = [],
): SchemaCase {
  return { title, schema, accepted, refused, relaxed };
}

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
const string = { type: 'string' };
const integer = { type: 'integer' };
const number = { type: 'number' };

const anyCases = [
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

const constantCases = [
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

const stringCases = [
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

const formatCases = [
  schemaCase(
    'date',
    { format: 'date' },
    ['"2024-02-29"', '"1999-12-31"', '"2000-02-29"'],
    ['"2023-02-29"', '"1900-02-29"', '"2024-04-31"', '"2024-13-01"', '12'],
  ),
  schemaCase(
    'time',
    { format: 'time' },
    ['"23:59:59Z"', '"00:00:00.123+05:30"'],
    ['"24:00:00Z"', '"12:00:00"', '"12:00Z"'],
  ),
  schemaCase(
    'date-time',
    { format: 'date-time' },
    ['"2024-05-06T07:08:09Z"'],
    ['"2024-05-06 07:08:09Z"', '"2024-05-06"'],
  ),
  schemaCase(
    'duration',
    { format: 'duration' },
    ['"P1Y2M3DT4H5M6S"', '"PT5M"', '"P3W"', '"P1D"'],
    ['"P"', '"PT"', '"P1DT"', '"P1D2M"', '"P1H"'],
  ),
  schemaCase('email', { format: 'email' }, ['"a.b+c@example.org"'], ['"a@b"', '"a.@b.c"', '"@b.c"', '"a b@c.d"']),
  schemaCase(
    'hostname',
    { format: 'hostname' },
    ['"a"', '"www.example-1.org"', `"${'a'.repeat(63)}"`],
    ['"-a"', '"a-"', '"a..b"', `"${'a'.repeat(64)}"`, '""'],
  ),
  schemaCase('ipv4', { format: 'ipv4' }, ['"0.0.0.0"', '"255.249.199.99"'], ['"256.0.0.0"', '"1.2.3"', '"01.2.3.4"']),
  schemaCase(
    'ipv6',
    { format: 'ipv6' },
    [
      '"::"',
      '"::1"',
      '"1::"',
      '"2001:db8::8a2e:370:7334"',
      '"1:2:3:4:5:6:7:8"',
      '"1:2:3:4:5:6:7::"',
      '"1::3:4:5:6:7:8"',
    ],
    ['":"', '"1"', '"1:2:3:4:5:6:7"', '"1::2::3"', '"12345::"', '"1:2:3:4:5:6:7:8:9"', '"1::2:3:4:5:6:7:8"'],
  ),
  schemaCase(
    'uri',
    { format: 'uri' },
    ['"https://example.org:8080/a/b?c=d#e"', '"urn:isbn:123"', '"mailto:a@b.c"'],
    ['"example.org"', '"/a"', '"http://a b"', '""'],
  ),
  schemaCase(
    'uuid',
    { format: 'uuid' },
    ['"12345678-1234-1234-1234-1234567890ab"'],
    ['"12345678-1234-1234-1234-1234567890a"', '"g2345678-1234-1234-1234-1234567890ab"'],
  ),
  schemaCase('json-pointer', { format: 'json-pointer' }, ['""', '"/a/~0~1"'], ['"a"', '"/~2"']),
  schemaCase('a format with a length', { format: 'ipv4', maxLength: 7 }, ['"1.1.1.1"'], ['"11.1.1.1"']),
  schemaCase('a format that nobody knows', { type: 'string', format: 'colour' }, ['"red"'], ['1'], ['/format']),
  schemaCase('a format that asks nothing', { type: 'string', format: 'password' }, ['"red"'], ['1']),
  schemaCase(
    'int32',
    { type: 'integer', format: 'int32' },
    ['2147483647', '-2147483648'],
    ['2147483648', '-2147483649'],
  ),
];

const numberCases = [
  schemaCase(
    'integers',
    integer,
    ['0', '-7', '1234567890123456789'],
    ['1.5', '01', '-', '1e3', '12345678901234567890'],
  ),
  schemaCase('numbers', number, ['0', '-0.5', '12.75', '1e10', '1.5E-7'], ['.5', '1.', '1e', '00', '1e999']),
  schemaCase(
    'integers within bounds',
    { type: 'integer', minimum: 7, maximum: 1203 },
    ['7', '10', '99', '999', '1203'],
    ['6', '0', '-7', '1204', '2000', '12030'],
  ),
  schemaCase(
    'integers around zero',
    { type: 'integer', minimum: -13, maximum: 5 },
    ['-13', '-9', '-1', '0', '5'],
    ['-14', '6', '-20', '-0', '-130'],
  ),
  schemaCase(
    'negative integers',
    { type: 'integer', exclusiveMaximum: -9, minimum: -12 },
    ['-10', '-12'],
    ['-9', '-13', '10', '0'],
  ),
  schemaCase(
    'integers above',
    { type: 'integer', exclusiveMinimum: 99 },
    ['100', '999', '123456'],
    ['99', '0', '-100'],
  ),
  schemaCase('integers with broken bounds', { type: 'integer', minimum: 1.5, maximum: 3.2 }, ['2', '3'], ['1', '4']),
  schemaCase(
    'draft 4 bounds',
    { type: 'integer', minimum: 1, exclusiveMinimum: true, maximum: 3 },
    ['2', '3'],
    ['1', '4'],
  ),
  schemaCase(
    'multiples',
    { type: 'integer', multipleOf: 7 },
    ['0', '7', '-14', '700', '1001'],
    ['1', '8', '-13', '702'],
  ),
  schemaCase(
    'multiples within bounds',
    { type: 'integer', multipleOf: 5, minimum: 3, maximum: 22 },
    ['5', '10', '20'],
    ['0', '12', '25'],
  ),
  schemaCase(
    'multiples of two divisors',
    { type: 'integer', allOf: [{ multipleOf: 4 }, { multipleOf: 6 }] },
    ['12', '0', '24'],
    ['4', '6', '18'],
  ),
  schemaCase('multiples of large numbers', { type: 'integer', multipleOf: 12_345 }, ['1'], ['"a"'], ['/multipleOf']),
  schemaCase(
    'numbers within bounds',
    { type: 'number', minimum: 0.5, maximum: 10.25 },
    ['0.5', '0.75', '1', '9.999', '10', '10.25', '10.250', '10.2'],
    ['0.4', '0', '10.26', '10.3', '11', '-1', '10.2501', '0.49'],
  ),
  schemaCase(
    'numbers around zero',
    { type: 'number', minimum: -1, maximum: 1 },
    ['0', '0.5', '-0.5', '1', '1.0', '-1'],
    ['1.1', '-1.1', '2', '1.01'],
  ),
  schemaCase(
    'numbers strictly above',
    { type: 'number', exclusiveMinimum: 0 },
    ['0.1', '1', '12.5', '0.001'],
    ['0', '0.0', '-1', '-0.1'],
  ),
  schemaCase(
    'numbers strictly below',
    { type: 'number', exclusiveMaximum: 1.5, minimum: 0 },
    ['0', '1', '1.49', '0.9'],
    ['1.5', '1.50', '1.6', '2'],
  ),
  schemaCase(
    'numbers below zero',
    { type: 'number', maximum: -0.25 },
    ['-0.25', '-0.3', '-1', '-12.5'],
    ['-0.2', '0', '1', '-0.249'],
  ),
  schemaCase('hundredths', { type: 'number', multipleOf: 0.01, minimum: 0 }, ['1', '1.5', '1.25'], ['1.255', '-1']),
  schemaCase('numbers that are whole', { type: 'number', multipleOf: 2 }, ['2', '-4'], ['1', '3']),
  schemaCase('halves', { type: 'number', multipleOf: 0.5 }, ['1', '1.5'], ['"a"'], ['/multipleOf']),
  schemaCase(
    'tiny bounds',
    { type: 'number', minimum: 1e-7, maximum: 2.5e-7 },
    ['0.0000001', '0.0000002'],
    ['0', '0.0000003', '1'],
  ),
];

const arrayCases = [
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

const objectCases = [
  schemaCase('objects', { type: 'object' }, ['{}', '{"a": 1, "b": {}}', '{ }'], ['[]', '{"a"}', '{"a":1,}']),
  schemaCase(
    'properties',
    object({ a: integer, b: string }),
    ['{}', '{"a":1}', '{"b":"x"}', '{"a": 1, "b": "x"}', '{\n  "a": 1,\n  "b": "x"\n}'],
    ['{"b":"x","a":1}', '{"c":1}', '{"a":"x"}', '{"a":1,}', '{"a" :1}'],
  ),
  schemaCase(
    'required',
    object({ a: integer, b: string, c: integer }, { required: ['b'] }),
    ['{"b":"x"}', '{"a":1,"b":"x","c":2}'],
    ['{}', '{"a":1}', '{"c":1}'],
  ),
  schemaCase('required without properties', { required: ['a'] }, ['{"a": 1}', '{"a":1,"b":2}'], ['{}', '{"b":1}']),
  schemaCase(
    'required beyond properties',
    object({ a: integer }, { required: ['b'] }),
    ['{"a":1,"b":[]}', '{"b":1}'],
    ['{"a":1}'],
  ),
  schemaCase('no others', object({ a: integer }, { additionalProperties: false }), ['{}', '{"a":1}'], ['{"b":1}']),
  schemaCase('no members', { type: 'object', properties: {}, additionalProperties: false }, ['{}', '{ }'], ['{"a":1}']),
  schemaCase(
    'others of a schema',
    object({ a: integer }, { additionalProperties: string }),
    ['{"a":1,"b":"x","c":"y"}', '{"aa":"x"}', '{"":"x"}'],
    ['{"a":"x"}', '{"b":1}', '{"\\u0061":"x"}', '{"b":"x","a":1}'],
  ),
  schemaCase(
    'others of any kind',
    object({ a: integer }, { additionalProperties: true }),
    ['{"a":1,"b":[]}', '{"ab":null}'],
    ['{"a":"x"}', '{"a":null}'],
  ),
  schemaCase(
    'a dictionary',
    { type: 'object', additionalProperties: integer },
    ['{}', '{"x":1,"y":2}', '{"\\u0061":1}'],
    ['{"x":"y"}'],
  ),
  schemaCase('properties that are false', object({ a: false, b: integer }), ['{"b":1}', '{}'], ['{"a":1}']),
  schemaCase(
    'names with quotes',
    object({ 'a"\\b\n': integer }, { required: ['a"\\b\n'] }),
    ['{"a\\"\\\\b\\n":1}'],
    ['{"a":1}'],
  ),
  schemaCase(
    'a name of the prototype',
    JSON.parse('{"type":"object","properties":{"__proto__":{"type":"integer"},"constructor":{"type":"null"}}}'),
    ['{"__proto__":1}', '{"constructor":null}'],
    ['{"__proto__":"x"}'],
  ),
  schemaCase(
    'patternProperties',
    {
      type: 'object',
      patternProperties: { '^x-': integer, '-y$': { type: ['integer', 'string'] } },
      additionalProperties: false,
    },
    ['{"x-a":1}', '{"a-y":"b"}', '{"x-y":1}', '{}'],
    ['{"x-a":"b"}', '{"x-y":"b"}', '{"a":1}'],
  ),
  schemaCase(
    'patternProperties with others',
    object({ a: string }, { patternProperties: { '^n': number }, additionalProperties: { type: 'null' } }),
    ['{"a":"x","n1":2.5,"z":null}'],
    ['{"n1":null}', '{"z":1}', '{"a":1}'],
  ),
  schemaCase(
    'properties that match a pattern',
    object({ name: { minLength: 2 } }, { patternProperties: { '^n': { maxLength: 3 } } }),
    ['{"name":"ab"}', '{"n":"a"}'],
    ['{"name":"a"}', '{"name":"abcd"}'],
  ),
  schemaCase(
    'propertyNames',
    { type: 'object', propertyNames: { pattern: '^[a-z]+$', maxLength: 3 }, additionalProperties: integer },
    ['{"abc":1}'],
    ['{"A":1}', '{"abcd":1}', '{"":1}'],
  ),
  schemaCase(
    'propertyNames of an enumeration',
    { type: 'object', propertyNames: { enum: ['a', 'b'] } },
    ['{"a":1,"b":2}'],
    ['{"c":1}'],
  ),
  schemaCase(
    'maxProperties',
    object({ a: integer, b: integer, c: integer }, { maxProperties: 2 }),
    ['{"a":1,"b":2}', '{"a":1,"c":2}', '{}'],
    ['{"a":1,"b":2,"c":3}'],
  ),
  schemaCase(
    'minProperties',
    object({ a: integer, b: integer, c: integer }, { minProperties: 2, required: ['b'] }),
    ['{"a":1,"b":2}', '{"b":1,"c":2}'],
    ['{"b":1}', '{"a":1,"c":1}', '{}'],
  ),
  schemaCase(
    'counts of others',
    { type: 'object', minProperties: 1, maxProperties: 2 },
    ['{"a":1}', '{"a":1,"b":2}'],
    ['{}', '{"a":1,"b":2,"c":3}'],
    ['/minProperties'],
  ),
  schemaCase(
    'unevaluatedProperties',
    { allOf: [object({ a: integer })], properties: { b: integer }, unevaluatedProperties: false },
    ['{"b":1,"a":2}', '{}'],
    ['{"c":1}'],
  ),
  schemaCase(
    'dependentRequired',
    object({ a: integer }, { dependentRequired: { a: ['b'] } }),
    ['{"a":1}'],
    ['[]'],
    ['/dependentRequired'],
  ),
  schemaCase(
    'if',
    object({ a: integer }, { if: { required: ['a'] }, then: { minProperties: 2 } }),
    ['{"a":1}'],
    ['[]'],
    ['/if'],
  ),
];

const combinedCases = [
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

/** At least one schema for every keyword. */
export const schemaCases: readonly SchemaCase[] = [
  ...anyCases,
  ...constantCases,
  ...stringCases,
  ...formatCases,
  ...numberCases,
  ...arrayCases,
  ...objectCases,
  ...combinedCases,
];

function quote(length: number): string {
  return `"${'x'.repeat(length)}"`;
}

function nulls(count: number): string {
  return `[${Array.from({ length: count }, () => 'null').join()}]`;
}
