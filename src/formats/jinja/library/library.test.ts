import { describe, expect, it } from 'vitest';
import { compileJinja } from '../template.ts';

const variables = {
  words: ['b', 'A', 'c'],
  people: [
    { name: 'Bo', age: 30, ok: true },
    { name: 'al', age: 25, ok: false },
    { name: 'Cy', age: 30 },
  ],
  tool: { name: 'f', parameters: { type: 'object', required: [] } },
};
const render = (expression: string): string => compileJinja(`{{ ${expression} }}`).render(variables);

type Table = readonly (readonly [string, string])[];

const textFilters: Table = [
  ["'aBc' | upper", 'ABC'],
  ["'hello-big world' | title", 'Hello-Big World'],
  ["'xxaxx' | trim('x')", 'a'],
  ["'aaa' | replace('a', 'b', 2)", 'bba'],
  ["'a\nb' | indent(2, true)", '  a\n  b'],
  ["'one two three' | truncate(9, leeway=0)", 'one...'],
  ["'one two three' | truncate(9, true, leeway=0)", 'one tw...'],
  ["'a b c' | wordcount", '3'],
  ["'<a>' | e", '&lt;a&gt;'],
  ["'%s-%s' | format(1, 'x')", '1-x'],
  ['12 | string | length', '2'],
  ["'ab' | center(6)", '  ab  '],
  ["'ab' | center(5)", '  ab '],
  ["'%(a)s' | format(a=5)", '5'],
  ["'abc' | reverse", 'cba'],
];

const valueFilters: Table = [
  ["missing | default('x')", 'x'],
  ["'' | default('x')", ''],
  ["'' | default('x', true)", 'x'],
  ["'12' | int + 1", '13'],
  ["'1.9' | int", '1'],
  ["'x' | int(7)", '7'],
  ["'ff' | int(base=16)", '255'],
  ["'0x1A' | int(0, 16)", '26'],
  ["'1.5' | float", '1.5'],
  ["'x' | float", '0.0'],
  ['2.5 | round', '2.0'],
  ['2.567 | round(1)', '2.6'],
  ["2.1 | round(0, 'ceil')", '3.0'],
  ['7 | round', '7'],
  ['25 | round(-1)', '20'],
  ['0.25 | round(1)', '0.2'],
  ["'%.1f' | format(0.25)", '0.2'],
  ["'%.1f' | format('-inf' | float)", '-inf'],
  ["'%f' | format('nan' | float)", 'nan'],
  ["' 1_0 ' | float", '10.0'],
  ['-3 | abs', '3'],
  ["(tool | attr('items'))() | length", '2'],
  // Entries are no attributes.
  ["tool | attr('name')", ''],
];

const json: Table = [
  ['tool | tojson', '{"name": "f", "parameters": {"type": "object", "required": []}}'],
  ['[1, 2.0, none, true] | tojson', '[1, 2.0, null, true]'],
  ["'é<\"' | tojson", String.raw`"é<\""`],
  ["'é' | tojson(ensure_ascii=true)", String.raw`"\u00e9"`],
  ["{'b': 1, 'a': [2]} | tojson(indent=2)", '{\n  "b": 1,\n  "a": [\n    2\n  ]\n}'],
  ["{'b': 1, 'a': 2} | tojson(sort_keys=true)", '{"a": 2, "b": 1}'],
  ["{'a': [1, 2]} | tojson(separators=(',', ':'))", '{"a":[1,2]}'],
  ['{1: none, none: 1} | tojson', '{"1": null, "null": 1}'],
  ['(1, 2) | tojson', '[1, 2]'],
  ['[] | tojson(indent=2)', '[]'],
  [`'{"a": [1, null]}' | from_json`, "{'a': [1, None]}"],
  [`'{"n": 12345678901234567890, "x": 1.0}' | from_json`, "{'n': 12345678901234567890, 'x': 1.0}"],
  [`'{"b": [-1, 0.5, 2e3, true], "1": {"a\\\\"]": {}}, "b": []}' | from_json`, `{'b': [], '1': {'a"]': {}}}`],
];

const sequences: Table = [
  ['words | sort', "['A', 'b', 'c']"],
  ['words | sort(case_sensitive=true, reverse=true)', "['c', 'b', 'A']"],
  ["people | sort(attribute='age,name') | map(attribute='name') | list", "['al', 'Bo', 'Cy']"],
  ["words | map('upper') | join('-')", 'B-A-C'],
  ["people | map(attribute='ok', default='?') | join(' ')", 'True False ?'],
  ["people | selectattr('age', 'gt', 26) | map(attribute='name') | join", 'BoCy'],
  ["people | rejectattr('ok') | map(attribute='name') | join", 'alCy'],
  ["people | selectattr('ok', 'defined') | list | length", '2'],
  ["[1, 2, 3] | select('odd') | list", '[1, 3]'],
  ['[0, 1] | reject | list', '[0]'],
  ['none | select | list', '[]'],
  ["['a', 'A', 'b'] | unique | list", "['a', 'b']"],
  ["people | groupby('age') | map(attribute='grouper') | list", '[25, 30]'],
  ["(people | groupby('age') | last).list | length", '2'],
  ["people | groupby('name') | map('first') | list", "['al', 'Bo', 'Cy']"],
  ["['b', 'B'] | groupby(0) | map('last') | list", "[['b', 'B']]"],
  ["dict([('a', 1)], b=2)", "{'a': 1, 'b': 2}"],
  ['[1, 2, 3] | batch(2, 0) | list', '[[1, 2], [3, 0]]'],
  ['[1, 2, 3] | slice(2) | list', '[[1, 2], [3]]'],
  ['[1, 2, 3] | sum', '6'],
  ["people | sum(attribute='age')", '85'],
  ['[3, 1, 2] | min ~ ([3, 1, 2] | max)', '13'],
  ["people | max(attribute='age')", "{'name': 'Bo', 'age': 30, 'ok': True}"],
  ["{'b': 1, 'a': 2} | dictsort", "[('a', 2), ('b', 1)]"],
  ["{'b': 1, 'a': 2} | dictsort(by='value')", "[('b', 1), ('a', 2)]"],
  ["{'a': 1} | items | list", "[('a', 1)]"],
  ["[1, 2] | join(', ')", '1, 2'],
  ["'abc' | list | last", 'c'],
  ["{'a': 1} | length", '1'],
  ["'a😀' | length", '2'],
];

const textMethods: Table = [
  ["' a '.strip() ~ '|'", 'a|'],
  ["'xxa'.lstrip('x')", 'a'],
  ["'a b  c'.split()", "['a', 'b', 'c']"],
  ["'a b c'.split(none, 1)", "['a', 'b c']"],
  ["'a,b,c'.split(',', 1)[-1]", 'b,c'],
  ["'a,b,c'.rsplit(',', 1)", "['a,b', 'c']"],
  ["' a b c '.rsplit(none, 1)", "[' a b', 'c']"],
  ["'a=b=c'.partition('=')", "('a', '=', 'b=c')"],
  ["'a=b=c'.rpartition('=')", "('a=b', '=', 'c')"],
  ["'abc'.startswith(('x', 'a'))", 'True'],
  ["'abc'.startswith('b', 1)", 'True'],
  ["'abcabc'.find('c')", '2'],
  ["'abcabc'.rfind('c')", '5'],
  ["'abcabc'.find('c', 3)", '5'],
  ["'abc'.find('x')", '-1'],
  ["'aXbX'.count('X')", '2'],
  ["'ab'.replace('', '-')", '-a-b-'],
  ["'-'.join(['a', 'b'])", 'a-b'],
  ["'a\nb\r\nc\n'.splitlines()", "['a', 'b', 'c']"],
  ["'abc'.removeprefix('a').removesuffix('c')", 'b'],
  ["'they\\'re'.title()", "They'Re"],
  ["'aB'.swapcase()", 'Ab'],
  ["'7'.zfill(3) ~ '-7'.zfill(4)", '007-007'],
  ["'a'.ljust(3) ~ 'b'.rjust(3, '.')", 'a  ..b'],
  ["'12'.isdigit() ~ 'a1'.isalnum() ~ ''.isalpha()", 'TrueTrueFalse'],
  ["'{} {}'.format(1, 'a')", '1 a'],
  ["'{0[k]} {x:>4}|{y:.1f}'.format({'k': 1}, x='a', y=2)", '1    a|2.0'],
  ["'{:05d} {:,} {:+d} {:x}'.format(42, 1234567, 5, 255)", '00042 1,234,567 +5 ff'],
  ["'{!r} {:^5}'.format('a', 'b')", "'a'   b  "],
];

const containerMethods: Table = [
  ["{'a': 1}.get('a') ~ {}.get('b') ~ {}.get('b', 2)", '1None2'],
  ["{'a': 1, 'b': 2}.keys() | list", "['a', 'b']"],
  ["{'a': 1, 'b': 2}.values() | list", '[1, 2]'],
  ["{'a': 1}.pop('a') ~ {}.pop('x', 5)", '15'],
  ['[1, 2, 3].index(2)', '1'],
  ['(1, 2, 1).count(1)', '2'],
];

const tests: Table = [
  ['3 is odd and 4 is even', 'True'],
  ['9 is divisibleby 3', 'True'],
  ['x is defined', 'False'],
  ['none is none', 'True'],
  ['1 is number and 1.0 is float and 1 is integer', 'True'],
  ['true is integer', 'False'],
  ['{} is mapping and [] is sequence and () is iterable', 'True'],
  ['1 is iterable', 'False'],
  ["'a' is string and 'a' is lower and 'A' is upper", 'True'],
  ['3 is eq 3 and 3 is not ne 3', 'True'],
  ['2 is lt 3 and 3 is ge 3', 'True'],
  ['2 is in [1, 2]', 'True'],
  ["'x' is none or true", 'True'],
  ["'upper' is filter and 'odd' is test", 'True'],
  ['x is not defined and 1', '1'],
  ['1 is sameas 1', 'True'],
];

describe.each([
  ['filters of text', textFilters],
  ['filters of values', valueFilters],
  ['JSON', json],
  ['filters of sequences', sequences],
  ['methods of text', textMethods],
  ['methods of lists and dicts', containerMethods],
  ['tests', tests],
])('%s', (_, table) => {
  it.each(table)('%s', (expression, expected) => {
    expect(render(expression)).toBe(expected);
  });
});

describe('methods that change', () => {
  it.each([
    ['append', '{% do l.append(4) %}', '[1, 2, 3, 4]'],
    ['extend with itself', '{% do l.extend(l) %}', '[1, 2, 3, 1, 2, 3]'],
    ['insert', '{% do l.insert(0, 9) %}', '[9, 1, 2, 3]'],
    ['pop', '{{ l.pop() }}{{ l.pop(0) }}', '31[2]'],
    ['remove', '{% do l.remove(2) %}', '[1, 3]'],
    ['reverse', '{% do l.reverse() %}', '[3, 2, 1]'],
    ['clear', '{% do l.clear() %}', '[]'],
    ['copy', '{% do l.copy().append(1) %}', '[1, 2, 3]'],
  ])('%s', (_, source, expected) => {
    expect(compileJinja(`{% set l = [1, 2, 3] %}${source}{{ l }}`).render({})).toBe(expected);
  });

  it('change a dict', () => {
    const source = "{% set d = {'a': 1} %}{% do d.update({'b': 2}, c=3) %}{% do d.setdefault('a', 9) %}{{ d }}";

    expect(compileJinja(source).render({})).toBe("{'a': 1, 'b': 2, 'c': 3}");
  });

  it('leave what the caller gave as it was', () => {
    const given = { l: [1], d: { a: { b: 1 } } };

    compileJinja("{% do l.append(2) %}{% do d.a.update({'b': 2}) %}{{ l }}{{ d }}").render(given);

    expect(given).toEqual({ l: [1], d: { a: { b: 1 } } });
  });

  it('are forgotten by the next rendering', () => {
    const template = compileJinja('{% do l.append(2) %}{{ l }}');

    expect([template.render({ l: [1] }), template.render({ l: [1] })]).toEqual(['[1, 2]', '[1, 2]']);
  });
});

describe('strftime_now', () => {
  const clock = () => new Date(2026, 0, 5, 15, 4, 9);

  it.each([
    ['%Y-%m-%d', '2026-01-05'],
    ['%d %b %Y', '05 Jan 2026'],
    ['%B %d, %Y', 'January 05, 2026'],
    ['%A %a %j', 'Monday Mon 005'],
    ['%H:%M:%S %I %p', '15:04:09 03 PM'],
    ['%-d/%-m/%y', '5/1/26'],
    ['%F %T %% %Q', '2026-01-05 15:04:09 % %Q'],
    ['%U %W %u %w', '01 01 1 1'],
  ])('%s', (format, expected) => {
    expect(compileJinja(`{{ strftime_now('${format}') }}`, { clock }).render({})).toBe(expected);
  });
});
