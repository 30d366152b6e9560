import { describe, expect, it } from 'vitest';
import { compileJinja } from './template.ts';

const variables = { name: 'Ada', list: [3, 1, 2], nested: { a: { b: [10, 20] } }, empty: {}, nothing: null };
const render = (expression: string): string => compileJinja(`{{ ${expression} }}`).render(variables);

/** Expression → what is printed. Checked against Jinja2 3.1 where Jinja2 has an answer. */
type Table = readonly (readonly [string, string])[];

const literals: Table = [
  ['7', '7'],
  ['1_000', '1000'],
  ['0x1f', '31'],
  ['2.50', '2.5'],
  ['1e3', '1000.0'],
  ['1e16', '1e+16'],
  ['0.00001', '1e-05'],
  ['0.0001', '0.0001'],
  ['"it\'s"', "it's"],
  [String.raw`'tab\tend'`, 'tab\tend'],
  [String.raw`'\u00e9\x41'`, 'éA'],
  [String.raw`'\d'`, String.raw`\d`],
  ["'one' ' two'", 'one two'],
  ['True, none', '(True, None)'],
  ['()', '()'],
  ['(1,)', '(1,)'],
  ['(1)', '1'],
  ['[1, "a", 2.0, none,]', "[1, 'a', 2.0, None]"],
  ['{"k": [true]}', "{'k': [True]}"],
  ['["it\'s", \'"\']', `["it's", '"']`],
  [String.raw`['\n\\']`, String.raw`['\n\\']`],
];

const arithmetic: Table = [
  ['7 / 2', '3.5'],
  ['6 / 2', '3.0'],
  ['7 // 2', '3'],
  ['-7 // 2', '-4'],
  ['-7 % 3', '2'],
  ['7 % -3', '-2'],
  ['7.5 // 2', '3.0'],
  ['2 ** 10', '1024'],
  ['2 ** -1', '0.5'],
  ['2 ** 80', '1208925819614629174706176'],
  ['1 + 2 * 3', '7'],
  ['(1 + 2) * 3', '9'],
  ['1 + 1.0', '2.0'],
  ['true + true', '2'],
  ['10 - 2 - 3', '5'],
  ['[1] + [2]', '[1, 2]'],
  ['(1,) + (2,)', '(1, 2)'],
  ['[0] * 3', '[0, 0, 0]'],
  ["'ab' * 0", ''],
  ["1 ~ 'x' ~ none", '1xNone'],
  ["(1 + 2) ~ 'a'", '3a'],
  ["'%s has %d, %.2f' % ('x', 3, 1.5)", 'x has 3, 1.50'],
];

const comparisons: Table = [
  ['1 == 1.0', 'True'],
  ["1 == '1'", 'False'],
  ['true == 1', 'True'],
  ['[1, 2] == [1.0, 2]', 'True'],
  ['[1] == (1,)', 'False'],
  ['{"a": 1} == {"a": 1.0}', 'True'],
  ['1 < 2 < 3', 'True'],
  ['1 < 3 < 2', 'False'],
  ["'a' < 'b'", 'True'],
  ['[1, 2] < [1, 3]', 'True'],
  ['2 >= 2', 'True'],
  ['1 != 2', 'True'],
  ["'d' in name", 'True'],
  ["'d' not in name", 'False'],
  ['3 in list', 'True'],
  ["'a' in nested", 'True'],
  ["'x' in missing", 'False'],
  ['not 1 in list', 'False'],
  ['none in [none]', 'True'],
];

const logic: Table = [
  ["'' or 'x'", 'x'],
  ["'a' and 'b'", 'b'],
  ['0 and missing.x', '0'],
  ['not []', 'True'],
  ["'yes' if list else 'no'", 'yes'],
  ["'yes' if empty else 'no'", 'no'],
  ["'yes' if nothing", ''],
  ["'a' if false else 'b' if false else 'c'", 'c'],
  ['1 if 2 > 1 and 3 > 2', '1'],
];

const access: Table = [
  ['nested.a.b[1]', '20'],
  ["nested['a']['b'].0", '10'],
  ['list[-1]', '2'],
  ['list[9]', ''],
  ['missing.deeper.still', ''],
  ['nothing.x', ''],
  ['list[1:]', '[1, 2]'],
  ['list[::-1]', '[2, 1, 3]'],
  ['list[-2:]', '[1, 2]'],
  ['list[5:]', '[]'],
  ["'abcdef'[1:5:2]", 'bd'],
  ["'a😀c'[1]", '😀'],
  ["'a😀c'[::-1]", 'c😀a'],
  ['none[:2] is defined', 'False'],
  ['(5)[1:] ~ {}[:1]', ''],
  ["{'items': 1}.items", '1'],
  ["{'items': 1}.items()", "[('items', 1)]"],
  ["{1: 'a', 'b': 2}[1.0]", 'a'],
  ["{(1, 2): 'pair'}[(1, 2)]", 'pair'],
  ["{'a': none}.a is none", 'True'],
];

describe.each([
  ['literals', literals],
  ['arithmetic', arithmetic],
  ['comparisons', comparisons],
  ['logic', logic],
  ['access', access],
])('%s', (_, table) => {
  it.each(table)('%s', (expression, expected) => {
    expect(render(expression)).toBe(expected);
  });
});

describe('an expression that cannot be', () => {
  it.each([
    ["'a' + 1", 'cannot use + with text and integer'],
    ["'a' + missing", 'cannot use + with text and undefined value'],
    ['1 < "a"', 'no order'],
    ['1 // 0', 'division by zero'],
    ['missing()', "'missing' is undefined"],
    ['name()', "'name' is no function"],
    ['name.unknown()', "'unknown' is undefined"],
    ['name | unknown', "there is no filter 'unknown'"],
    ['[1] | random', 'by chance'],
    ['lipsum()', 'by chance'],
    ['name is unknown', "there is no test 'unknown'"],
    ['{[]: 1}', 'cannot be keys'],
    ['none | items', 'None has no items'],
    ["1 in 'text'", 'text cannot contain'],
    ['list[::0]', 'cannot be zero'],
    ['list[:"a"]', 'must be integers'],
    ['name.upper(1)', 'at most 0 arguments'],
    ['name | trim(nope=1)', "no argument 'nope'"],
  ])('%s fails and names the line', (expression, reason) => {
    const template = compileJinja(`one\n{{ ${expression} }}`);

    expect(() => template.render(variables)).toThrow(
      expect.objectContaining({ kind: 'runtime', message: expect.stringContaining(reason) }),
    );
    expect(() => template.render(variables)).toThrow(/^line 2: /);
  });
});
