import { describe, expect, it } from 'vitest';
import { compileJinja } from './template.ts';

const namesIn = (source: string) => [...compileJinja(source).reads.names].toSorted();

describe('what a template reads', () => {
  it.each([
    ['a variable', '{{ mood }}', ['mood']],
    ['one in a condition', '{% if mood is defined %}x{% endif %}', ['mood']],
    ['one that it then sets', '{% set mood = mood | default(1) %}{{ mood }}', ['mood']],
    ['not what it has set before', '{% set mood = 1 %}{{ mood }}', []],
    [
      'not what every way through an if sets',
      '{% if a %}{% set b = 1 %}{% else %}{% set b = 2 %}{% endif %}{{ b }}',
      ['a'],
    ],
    ['what only one way sets', '{% if a %}{% set b = 1 %}{% endif %}{{ b }}', ['a', 'b']],
    ['not what a loop goes through', '{% for x, y in items %}{{ x }}{{ y }}{{ loop.index }}{% endfor %}', ['items']],
    ['what is named like it behind the loop', '{% for x in items %}{% endfor %}{{ x }}', ['items', 'x']],
    ["not a macro's parameters", '{% macro f(a, b=c) %}{{ a }}{{ b }}{{ d }}{% endmacro %}{{ f(1) }}', ['c', 'd']],
    ['not what a block holds', '{% set text %}{{ inner }}{% endset %}{{ text }}', ['inner']],
    ['not what `with` names', '{% with a = b %}{{ a }}{% endwith %}', ['b']],
    ['no attributes', '{{ message.content }}', ['message']],
  ])('%s', (_, source, names) => {
    expect(namesIn(source)).toEqual(names);
  });

  it('are its texts too', () => {
    expect([...compileJinja("{{ 'a' if x in ['b', 'c'] }}d").reads.literals]).toEqual(
      expect.arrayContaining(['a', 'b', 'c']),
    );
  });
});
