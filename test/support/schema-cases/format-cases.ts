import { schemaCase, type SchemaCase } from './schema-case.ts';

export const formatCases: readonly SchemaCase[] = [
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
