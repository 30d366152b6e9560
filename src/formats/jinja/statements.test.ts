import { describe, expect, it } from 'vitest';
import { compileJinja } from './template.ts';

const variables = {
  items: ['a', 'b', 'c'],
  pairs: { x: 1, y: 2 },
  tree: [
    { v: 1, c: [{ v: 2, c: [] }] },
    { v: 3, c: [] },
  ],
};

type Table = readonly (readonly [string, string, string])[];

const whitespace: Table = [
  ['a line end after a block goes', '{% if true %}\nx\n{% endif %}\ny', 'x\ny'],
  ['indentation before a block goes', 'a\n   {% set b = 1 %}\nc', 'a\nc'],
  ['indentation before output stays', 'a\n   {{ 1 }}\nc', 'a\n   1\nc'],
  ['text before a block on its line stays', 'a {% if true %}b{% endif %}', 'a b'],
  ['a line end after output stays', '{{ 1 }}\n{{ 2 }}', '1\n2'],
  ['minus takes white space on its side', 'a \n {%- if true -%} \n b \n {%- endif -%} \n c', 'abc'],
  ['minus in output takes it, too', 'a \n {{- 1 -}} \n b', 'a1b'],
  ['plus keeps indentation', 'a\n  {%+ if true %}b{% endif %}', 'a\n  b'],
  ['plus keeps the line end', '{% if true +%}\nb{% endif %}', '\nb'],
  ['one line end at the end goes', 'a\n\n', 'a\n'],
  ['other line ends are made plain', 'a\r\nb\rc', 'a\nb\nc'],
  ['comments go with their line', 'a\n  {# note #}\nb', 'a\nb'],
  ['comments may strip', 'a {#- note -#} b', 'ab'],
  ['raw text is left alone', '{% raw %}{{ x }} {% if %}{% endraw %}', '{{ x }} {% if %}'],
  ['raw blocks strip', 'a {%- raw -%} {{ b }} {%- endraw -%} c', 'a{{ b }}c'],
  ['braces inside an expression do not end it', "{{ {'a': {'b': 1}}['a'] }}", "{'b': 1}"],
  ['delimiters inside a text do not end it', "{{ '}}' ~ '%}' }}", '}}%}'],
];

const loops: Table = [
  [
    'indexes',
    '{% for i in items %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }} {% endfor %}',
    '1032 2121 3210 ',
  ],
  [
    'first, last and length',
    '{% for i in items %}{{ loop.first }}{{ loop.last }}{{ loop.length }}{% endfor %}',
    'TrueFalse3FalseFalse3FalseTrue3',
  ],
  [
    'neighbours',
    "{% for i in items %}{{ loop.previtem | d('-') }}{{ loop.nextitem | d('-') }} {% endfor %}",
    '-b ac b- ',
  ],
  ['else runs for nothing', '{% for i in [] %}x{% else %}none{% endfor %}', 'none'],
  [
    'a filter counts as if the others were not there',
    "{% for i in items if i != 'b' %}{{ i }}{{ loop.length }}{{ loop.last }}{% endfor %}",
    'a2Falsec2True',
  ],
  ['else runs when the filter leaves nothing', '{% for i in items if false %}x{% else %}none{% endfor %}', 'none'],
  ['break', "{% for i in items %}{% if i == 'b' %}{% break %}{% endif %}{{ i }}{% endfor %}", 'a'],
  ['continue', "{% for i in items %}{% if i == 'b' %}{% continue %}{% endif %}{{ i }}{% endfor %}", 'ac'],
  [
    'a break leaves the inner loop only',
    '{% for i in items %}{% for j in [1, 2] %}{% break %}{% endfor %}{{ i }}{% endfor %}',
    'abc',
  ],
  ['keys of a dict', '{% for k in pairs %}{{ k }}{% endfor %}', 'xy'],
  ['pairs of a dict', '{% for k, v in pairs.items() %}{{ k }}{{ v }}{% endfor %}', 'x1y2'],
  ['nested targets', '{% for (a, b), c in [((1, 2), 3)] %}{{ a }}{{ b }}{{ c }}{% endfor %}', '123'],
  ['characters', "{% for c in 'a😀' %}[{{ c }}]{% endfor %}", '[a][😀]'],
  ['several values without parentheses', '{% for i in 1, 2 %}{{ i }}{% endfor %}', '12'],
  [
    'what is set in a loop stays in its round',
    '{% set x = 0 %}{% for i in items %}{% set x = x + 1 %}{{ x }}{% endfor %}{{ x }}',
    '1110',
  ],
  [
    'a namespace carries over',
    '{% set ns = namespace(n=0) %}{% for i in items %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}',
    '3',
  ],
  ['recursion', '{% for n in tree recursive %}{{ n.v }}({{ loop(n.c) }}{{ loop.depth }}){% endfor %}', '1(2(2)1)3(1)'],
  ['cycle', "{% for i in items %}{{ loop.cycle('x', 'y') }}{% endfor %}", 'xyx'],
  ['changed', '{% for i in [1, 1, 2] %}{{ loop.changed(i) }} {% endfor %}', 'True False True '],
  [
    'adding to the list does not prolong the loop',
    '{% set l = [1, 2] %}{% for i in l %}{% do l.append(i) %}{% endfor %}{{ l }}',
    '[1, 2, 1, 2]',
  ],
  [
    'the outer loop',
    '{% for i in items %}{% set outer = loop %}{% for j in [0] %}{{ outer.index }}{{ loop.index }} {% endfor %}{% endfor %}',
    '11 21 31 ',
  ],
];

const blocks: Table = [
  ['elif', '{% if false %}a{% elif true %}b{% else %}c{% endif %}', 'b'],
  ['set of several names', '{% set a, b = 1, 2 %}{{ a }}{{ b }}', '12'],
  ['set in an if is seen after it', '{% if true %}{% set a = 1 %}{% endif %}{{ a }}', '1'],
  ['set block', '{% set a %}x{{ 1 }}{% endset %}[{{ a }}]', '[x1]'],
  ['set block with filters', '{% set a | trim | upper %} x {% endset %}[{{ a }}]', '[X]'],
  ['filter block', "{% filter upper | replace('B', '-') %}abc{% endfilter %}", 'A-C'],
  ['with', '{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}{{ a is defined }}', '3False'],
  ['do', '{% set l = [] %}{% do l.append(1) %}{{ l }}', '[1]'],
  ['generation is transparent', '{% generation %}x{% endgeneration %}', 'x'],
];

const macros: Table = [
  ['defaults', "{% macro m(a, b='y') %}{{ a }}{{ b }}{% endmacro %}{{ m('x') }}{{ m('x', b=1) }}", 'xyx1'],
  ['a default may use an earlier parameter', '{% macro m(a, b=a) %}{{ b }}{% endmacro %}{{ m(5) }}', '5'],
  ['a missing argument is undefined', '{% macro m(a) %}{{ a is undefined }}{% endmacro %}{{ m() }}', 'True'],
  ['varargs and kwargs', '{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, k=3) }}', "(1, 2){'k': 3}"],
  ['spread arguments', '{% macro m(a, b, c) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(*[1, 2], **{"c": 3}) }}', '123'],
  [
    'they call themselves',
    '{% macro m(n) %}{{ n }}{% if n %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(3) }}',
    '3210',
  ],
  ['they see what is set at the top', '{% macro m() %}{{ x }}{% endmacro %}{% set x = 1 %}{{ m() }}', '1'],
  ['what they set stays inside', '{% macro m() %}{% set y = 1 %}{% endmacro %}{{ m() }}{{ y is defined }}', 'False'],
  ['they know their name', '{% macro m() %}{% endmacro %}{{ m.name }}', 'm'],
  ['call blocks', '{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}x{% endcall %}', '[x]'],
  [
    'call blocks with parameters',
    '{% macro m() %}{{ caller(1) }}{{ caller(2) }}{% endmacro %}{% call(n) m() %}<{{ n }}>{% endcall %}',
    '<1><2>',
  ],
  ['their text can be filtered', '{% macro m() %} x {% endmacro %}{{ m() | trim }}', 'x'],
];

const globals: Table = [
  ['range', '{{ range(3) | list }}{{ range(1, 3) | list }}{{ range(5, 0, -2) | list }}', '[0, 1, 2][1, 2][5, 3, 1]'],
  ['dict', "{{ dict(a=1, b='x') }}", "{'a': 1, 'b': 'x'}"],
  ['joiner', "{% set j = joiner('|') %}{% for i in items %}{{ j() }}{{ i }}{% endfor %}", 'a|b|c'],
  ['cycler', "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}", 'abab'],
  ['a variable hides a global', '{% set range = 1 %}{{ range }}', '1'],
  ['globals are defined', '{{ strftime_now is defined }}{{ raise_exception is callable }}', 'TrueTrue'],
];

describe.each([
  ['white space', whitespace],
  ['for', loops],
  ['blocks', blocks],
  ['macros', macros],
  ['globals', globals],
])('%s', (_, table) => {
  it.each(table)('%s', (_name, source, expected) => {
    expect(compileJinja(source).render(variables)).toBe(expected);
  });
});

describe('a template that is not well formed', () => {
  it.each([
    ['{% if x %}', /^line 1: this block has no {% endif %}/],
    ['a\n{{ 1 + }}', /^line 2: expected a value, found the end }}/],
    ['a\nb\n{% nonsense %}', /^line 3: unexpected tag 'nonsense'/],
    ['{{ 1', /^line 1: the template ends before }}/],
    ['{# x', /^line 1: this comment is never closed/],
    ['{% raw %}', /^line 1: this raw block is never closed/],
    ['{{ a b }}', /^line 1: expected the end, found 'b'/],
    ['{% set 1 = 2 %}', /^line 1: expected a name/],
    ['{% endfor %}', /^line 1: unexpected tag 'endfor'/],
    ["{% include 'x' %}", /^line 1: {% include %} is refused/],
    ["{% import 'x' as y %}", /^line 1: {% import %} is refused/],
    ["{% extends 'x' %}", /^line 1: {% extends %} is refused/],
    ['{{ $ }}', /^line 1: unexpected \$/],
    ['{% call x %}{% endcall %}', /needs a call/],
  ])('%s', (source, message) => {
    expect(() => compileJinja(source)).toThrow(expect.objectContaining({ kind: 'syntax' }));
    expect(() => compileJinja(source)).toThrow(message);
  });
});

describe('raise_exception', () => {
  it('passes its message unchanged', () => {
    const template = compileJinja("{% if true %}{{ raise_exception('Roles must alternate.') }}{% endif %}");

    expect(() => template.render({})).toThrow(
      expect.objectContaining({ kind: 'raised', message: 'Roles must alternate.' }),
    );
  });
});
