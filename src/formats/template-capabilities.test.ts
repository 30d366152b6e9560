import { describe, expect, it } from 'vitest';
import { compileChatTemplate, fallbackTemplate } from './chat-template.ts';

const capabilitiesOf = (source: string) =>
  compileChatTemplate({ source, bosText: '', eosText: '', controlTexts: [], userDefinedTexts: [] }).capabilities;

const plain = '{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}';
const calls = (args: string) =>
  `{% for m in messages %}{{ m.content }}{% for c in m.tool_calls %}{{ c.function.name }} {{ ${args} }}{% endfor %}{% endfor %}`;

describe('the capabilities of a template', () => {
  it('are few for one that prints roles and contents', () => {
    expect(capabilitiesOf(plain)).toEqual({
      supportsSystem: true,
      supportsTools: false,
      supportsToolCalls: false,
      supportsParallelCalls: false,
      supportsToolRole: false,
      wantsArgumentObjects: true,
      wantsContentParts: false,
      needsNonNullContent: true,
      needsNullContent: false,
      wantsShortIds: false,
      supportsDocuments: false,
      reasoningKey: 'reasoning_content',
      wantsReasoningPart: false,
      refusesReasoningWithContent: false,
    });
  });

  it.each([
    ['supportsSystem', false, "{% for m in messages %}{% if m.role == 'user' %}{{ m.content }}{% endif %}{% endfor %}"],
    [
      'supportsSystem',
      false,
      "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no') }}{% endif %}{{ m.content }}{% endfor %}",
    ],
    ['supportsTools', true, `{{ tools | tojson if tools }}${plain}`],
    ['supportsToolCalls', true, calls('c.function.arguments | tojson')],
    ['supportsParallelCalls', true, calls('c.function.arguments | tojson')],
    [
      'supportsParallelCalls',
      false,
      `${calls('c.function.arguments | tojson')}{% for m in messages if (m.tool_calls | length) > 1 %}{{ raise_exception('one only') }}{% endfor %}`,
    ],
    ['supportsToolRole', true, `{% for m in messages %}{{ 'R:' if m.role == 'tool' }}{{ m.content }}{% endfor %}`],
    ['wantsArgumentObjects', true, calls('c.function.arguments | tojson')],
    ['wantsArgumentObjects', true, calls('c.function.arguments.items() | list')],
    ['wantsArgumentObjects', false, calls('c.function.arguments')],
    ['wantsArgumentObjects', false, calls("'' + c.function.arguments")],
    ['wantsContentParts', true, '{% for m in messages %}{% for p in m.content %}{{ p.text }}{% endfor %}{% endfor %}'],
    ['needsNonNullContent', true, calls('c.function.arguments | tojson').replace('m.content', 'm.content | trim')],
    ['needsNonNullContent', false, calls('c.function.arguments | tojson').replace('m.content', "m.content or ''")],
    [
      'needsNullContent',
      true,
      '{% for m in messages %}{% if m.content is none %}{{ m.tool_calls[0].function.name }}{% else %}{{ m.content }}{% endif %}{% endfor %}',
    ],
    [
      'wantsShortIds',
      true,
      `${calls('c.function.arguments | tojson')}{% for m in messages if m.tool_calls and (m.tool_calls[0].id | length) != 9 %}{{ raise_exception('nine') }}{% endfor %}`,
    ],
    ['reasoningKey', 'thinking', '{% for m in messages %}{{ m.content }}{{ m.thinking }}{% endfor %}'],
    [
      'wantsReasoningPart',
      true,
      '{% for m in messages %}{% for p in m.content if m.content is not string %}{{ p.thinking }}{% endfor %}{{ m.content if m.content is string }}{% endfor %}',
    ],
    [
      'refusesReasoningWithContent',
      true,
      `${calls('c.function.arguments | tojson')}{% for m in messages if m.content and m.thinking %}{{ raise_exception('not both') }}{% endfor %}{% for m in messages %}{{ m.thinking }}{% endfor %}`,
    ],
  ] as const)('%s is %s', (name, expected, source) => {
    expect(capabilitiesOf(source)[name]).toBe(expected);
  });

  it('are not found by running for ever', () => {
    expect(capabilitiesOf('{% for i in range(10 ** 9) %}{% endfor %}').supportsTools).toBe(false);
  });

  it('of our own fallback take tools in words', () => {
    expect(capabilitiesOf(fallbackTemplate(['<|im_start|>'])).supportsTools).toBe(false);
  });
});
