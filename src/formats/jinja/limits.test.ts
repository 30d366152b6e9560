import { describe, expect, it } from 'vitest';
import { JinjaError } from './jinja-error.ts';
import { compileJinja } from './template.ts';

const limits = { steps: 20_000, outputCharacters: 10_000 };

function failure(source: string, variables = {}): unknown {
  try {
    return compileJinja(source).render(variables, limits);
  } catch (error) {
    return error;
  }
}

/** Makes `ns.x` from itself a hundred times. */
const grow = (start: string, next: string, end = '') =>
  `{% set ns = namespace(x=${start}) %}{% for i in range(100) %}{% set ns.x = ${next} %}{% endfor %}${end}`;

describe('a limit ends', () => {
  it.each([
    ['an endless range', '{% for i in range(10 ** 9) %}{% endfor %}'],
    [
      'nested loops',
      '{% for a in range(99) %}{% for b in range(99) %}{% for c in range(99) %}{% endfor %}{% endfor %}{% endfor %}',
    ],
    ['a repeated text', "{{ 'a' * 10 ** 9 }}"],
    ['a repeated list', '{{ [0] * 10 ** 400 }}'],
    ['a text that doubles', grow("'ab'", 'ns.x ~ ns.x')],
    ['a list that doubles', grow('[1]', 'ns.x + ns.x')],
    ['an integer that squares', grow('3', 'ns.x * ns.x')],
    ['a great power', '{{ 2 ** (10 ** 6) }}'],
    ['a list shared by itself, printed', grow('[1]', '[ns.x, ns.x]', '{{ ns.x }}')],
    ['a list shared by itself, as JSON', grow('[1]', '[ns.x, ns.x]', '{{ ns.x | tojson }}')],
    ['a list that holds itself', '{% set l = [] %}{% do l.append(l) %}{{ l }}'],
    ['a macro that calls itself', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'],
    ['a loop that calls itself', '{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}'],
    ['a huge join', "{{ (['abcdefghij'] * 2000) | join }}"],
    ['a huge replacement', "{{ ('a' * 1000).replace('a', 'b' * 1000) }}"],
    ['a wide format', "{{ '{:999999999}'.format(1) }}"],
    ['a wide directive', "{{ '%999999999d' % 1 }}"],
    ['a wide margin', "{{ 'a' | indent(10 ** 9) }}"],
    ['a wide centre', "{{ 'a' | center(10 ** 9) }}"],
    ['rows filled up', '{{ [1] | batch(10 ** 9, 0) }}'],
    ['a great indent', '{{ {} | tojson(indent=10 ** 9) }}'],
    ['too much output', "{% for i in range(200) %}{{ 'a' * 100 }}{% endfor %}"],
    ['many long keys', "{% set d = {} %}{% for i in range(3000) %}{{ d.get('a' * 9000 ~ i) }}{% endfor %}"],
    ['a sum that is long in one expression', `{{ 1${' + 1'.repeat(50_000)} }}`],
  ])('%s', (_, source) => {
    expect(failure(source)).toMatchObject({ name: 'JinjaError', kind: 'limit' });
  });

  it('input that holds itself', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;

    expect(failure('{{ circle }}', { circle })).toMatchObject({ kind: 'limit' });
  });

  it('nothing that stays below it', () => {
    expect(failure('{% for i in range(1000) %}x{% endfor %}')).toBe('x'.repeat(1000));
  });
});

describe('deep nesting in the text of a template is refused', () => {
  const deep = 20_000;

  it.each([
    ['parentheses', `{{ ${'('.repeat(deep)}1${')'.repeat(deep)} }}`],
    ['lists', `{{ ${'['.repeat(deep)}${']'.repeat(deep)} }}`],
    ['signs', `{{ ${'-'.repeat(deep)}1 }}`],
    ['negations', `{{ ${'not '.repeat(deep)}1 }}`],
    ['conditions', `{{ 1${' if 1 else 1'.repeat(deep)} }}`],
    ['blocks', '{% if 1 %}'.repeat(deep)],
  ])('%s', (_, source) => {
    expect(failure(source)).toMatchObject({ kind: 'syntax', message: expect.stringContaining('nested too deeply') });
  });
});

describe('names of JavaScript', () => {
  it.each(['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty', '__class__', 'length', 'call'])(
    '%s are undefined everywhere',
    (name) => {
      const values = ['x', "''", '[]', '()', '{}', '1', 'namespace', 'namespace()', 'range', "''.upper"];
      const source = values
        .flatMap((value) => [`(${value}).${name}`, `(${value})['${name}']`, `${value} | attr('${name}')`])
        .concat(name)
        .map((read) => `{{ (${read}) is defined }}`)
        .join('');

      expect(compileJinja(source).render({ x: {} })).not.toContain('True');
    },
  );

  it('are no filters, tests or tags', () => {
    for (const source of ['{{ 1 | constructor }}', '{{ 1 is constructor }}', '{% constructor %}']) {
      expect(failure(source)).toBeInstanceOf(JinjaError);
    }
  });

  it('are plain keys where the data has them', () => {
    const data: unknown = JSON.parse('{"__proto__": 1, "constructor": 2}');

    expect(compileJinja('{{ x.__proto__ }}{{ x.constructor }}{{ x }}').render({ x: data })).toBe(
      "12{'__proto__': 1, 'constructor': 2}",
    );
  });

  it('and functions among the variables are undefined', () => {
    expect(compileJinja('{{ f is defined }}').render({ f: () => 1 })).toBe('False');
  });
});
