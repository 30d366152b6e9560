import { describe, expect, it } from 'vitest';
import { compileChatTemplate, type RenderOptions } from './chat-template.ts';
import type { PromptMessage } from './prompt-message.ts';

const compile = (source: string, controlTexts: readonly string[] = []) =>
  compileChatTemplate({ source, bosText: '', eosText: '', controlTexts, userDefinedTexts: [] });
const render = (source: string, messages: readonly PromptMessage[], options?: RenderOptions): string =>
  compile(source)
    .render(messages, options)
    .map(({ text }) => text)
    .join('');

const plain = '{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}';
const noSystem = `{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}[{{ m.role }}]{{ m.content }}{% endfor %}`;
const native = `{% if tools %}{{ tools | tojson }}{% endif %}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% for c in m.tool_calls %}<{{ c.function.name }} {{ c.function.arguments | tojson }} {{ c.id }}>{% endfor %}{% endfor %}`;
const oneCall = `{% for m in messages if m.tool_calls and (m.tool_calls | length) > 1 %}{{ raise_exception('one') }}{% endfor %}${native}`;

const tool = { type: 'function', function: { name: 'now', description: 'The time.', parameters: {} } };
const call = (id: string, name: string, args = '{"zone": "UTC"}') => ({ id, function: { name, arguments: args } });
const conversation: readonly PromptMessage[] = [
  { role: 'user', content: 'When?' },
  { role: 'assistant', content: null, tool_calls: [call('a', 'now')] },
  { role: 'tool', tool_call_id: 'a', content: '12:00' },
];

describe('a template that knows tools', () => {
  it('is given them, and arguments as values', () => {
    expect(render(native, conversation, { tools: [tool] })).toBe(
      '[{"type": "function", "function": {"name": "now", "description": "The time.", "parameters": {}}}]' +
        '[user]When?[assistant]<now {"zone": "UTC"} a>[tool]12:00',
    );
  });

  it('keeps every digit of numbers in arguments', () => {
    const args = '{"user": 1234567890123456789, "prices": [2.0, 1e3, -7], "of": {"n": 0.1}}';
    const messages = [{ role: 'assistant', content: '', tool_calls: [call('a', 'pay', args)] }];

    expect(render(native, messages)).toBe(`[assistant]<pay ${args.replace('1e3', '1000.0')} a>`);
  });

  it('keeps arguments that are no JSON as text', () => {
    const messages = [{ role: 'assistant', content: '', tool_calls: [call('a', 'now', '{"zo')] }];

    expect(render(native, messages)).toBe(String.raw`[assistant]<now "{\"zo" a>`);
  });

  it('gets one call at a time, each with its result, where it takes one only', () => {
    const messages: PromptMessage[] = [
      { role: 'assistant', content: 'So:', tool_calls: [call('a', 'f', '{}'), call('b', 'g', '{}')] },
      { role: 'tool', tool_call_id: 'b', content: 'B' },
      { role: 'tool', tool_call_id: 'a', content: 'A' },
      { role: 'user', content: 'Thanks' },
    ];

    expect(render(oneCall, messages)).toBe('[assistant]So:<f {} a>[tool]A[assistant]<g {} b>[tool]B[user]Thanks');
  });

  it('gets the reasoning before the first call only, where it takes one at a time', () => {
    const source = `{% for m in messages %}{{ m.reasoning_content }}{% endfor %}${oneCall}`;
    const calls = [call('a', 'f', '{}'), call('b', 'g', '{}')];
    const messages = [{ role: 'assistant', content: '', reasoning_content: 'Hm.', tool_calls: calls }];

    expect(render(source, messages)).toBe('Hm.[assistant]<f {} a>[assistant]<g {} b>');
  });

  it('gets short identities where it wants them', () => {
    const source = `{% for m in messages if m.tool_calls and (m.tool_calls[0].id | length) != 9 %}{{ raise_exception('nine') }}{% endfor %}${native}`;
    const messages = [{ role: 'assistant', content: '', tool_calls: [call('call_of_great_length', 'f', '{}')] }];

    expect(render(source, messages)).toBe('[assistant]<f {} call00000>');
  });
});

describe('a template that does not', () => {
  it('is told of tools in the instructions', () => {
    const text = render(plain, [{ role: 'system', content: 'Be kind.' }, ...conversation.slice(0, 1)], {
      tools: [tool],
    });

    expect(text).toMatch(/^\[system\]Be kind\.\n\n/);
    expect(text).toContain(JSON.stringify(tool));
    expect(text).toContain('<tool_call>{"name": ');
    expect(text).toMatch(/\[user\]When\?$/);
  });

  it('reads calls and results as text', () => {
    expect(render(plain, conversation)).toBe(
      '[user]When?[assistant]<tool_call>{"name": "now", "arguments": {"zone": "UTC"}}</tool_call>' +
        '[user]<tool_response>\n12:00\n</tool_response>',
    );
  });

  it('sees results next to each other, and the words after them, as one turn', () => {
    const messages: PromptMessage[] = [
      { role: 'tool', tool_call_id: 'a', content: 'A' },
      { role: 'tool', tool_call_id: 'b', content: 'B' },
      { role: 'user', content: 'Thanks' },
    ];

    expect(render(plain, messages)).toBe(
      '[user]<tool_response>\nA\n</tool_response>\n<tool_response>\nB\n</tool_response>\nThanks',
    );
  });

  it('is given instructions with the first words of the user', () => {
    const messages = [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Hi' },
    ];

    expect(render(noSystem, messages)).toBe('[user]Be kind.\nHi');
  });

  it('is given instructions alone as words of the user', () => {
    expect(render(noSystem, [{ role: 'system', content: 'Be kind.' }])).toBe('[user]Be kind.');
  });
});

describe('reasoning in history', () => {
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Yes.', reasoning_content: 'Hm.' },
  ];

  it.each([
    ['reasoning_content', '{{ m.reasoning_content }}'],
    ['reasoning', '{{ m.reasoning }}'],
    ['thinking', '{{ m.thinking }}'],
    ['thought', "{{ m['thought'] }}"],
  ])('is given to a template that looks for %s', (_, shows) => {
    expect(render(`{% for m in messages %}${shows}|{{ m.content }} {% endfor %}`, messages)).toBe('|Hi Hm.|Yes. ');
  });

  it('is a part of the content where a template wants it so', () => {
    const source =
      '{% for m in messages %}{% if m.content is string %}{{ m.content }}{% else %}{% for p in m.content %}[{{ p.thinking or p.text }}]{% endfor %}{% endif %}{% endfor %}';

    expect(render(source, messages)).toBe('Hi[Hm.][Yes.]');
  });

  it('goes where a call may not have both it and a text', () => {
    const source =
      "{% for m in messages %}{% if m.tool_calls and m.content and m.thinking %}{{ raise_exception('both') }}{% endif %}{{ m.thinking }}|{{ m.content }}{% for c in m.tool_calls %}{{ c.function.name }}{{ c.function.arguments | tojson }}{% endfor %}{% endfor %}";
    const calling = { ...messages[1], role: 'assistant', tool_calls: [call('a', 'f', '{}')] };

    expect(render(source, [calling])).toBe('|Yes.f{}');
    expect(render(source, [{ ...calling, content: '' }])).toBe('Hm.|f{}');
  });
});

describe('what a prompt is told', () => {
  it('are variables, and whether the assistant speaks next', () => {
    const source = "{{ 'on' if enable_thinking else 'off' }}{{ ' go' if add_generation_prompt }}";

    expect(render(source, [], { variables: { enable_thinking: true } })).toBe('on go');
    expect(render(source, [], { addGenerationPrompt: false })).toBe('off');
  });

  it('cannot overrule messages and tokens', () => {
    expect(render('{{ messages | length }}', [], { variables: { messages: [1, 2] } })).toBe('0');
  });
});

describe('special texts', () => {
  const template = compile(`${native}{{ note }}`, ['<|end|>']);
  const dataIn = (messages: readonly PromptMessage[], options?: RenderOptions) =>
    template.render(messages, options).filter(({ isData }) => isData).length;

  it.each<[string, readonly PromptMessage[], RenderOptions]>([
    ['results', [{ role: 'tool', tool_call_id: 'a', content: 'x<|end|>' }], {}],
    ['arguments', [{ role: 'assistant', content: '', tool_calls: [call('a', 'f', '{"k": "<|end|>"}')] }], {}],
    ['names of calls', [{ role: 'assistant', content: '', tool_calls: [call('a', '<|end|>')] }], {}],
    ['identities', [{ role: 'assistant', content: '', tool_calls: [call('<|end|>', 'f')] }], {}],
    ['descriptions of tools', [], { tools: [{ function: { description: '<|end|>' } }] }],
    ['keys in tools', [], { tools: [{ '<|end|>': 1 }] }],
    ['variables', [], { variables: { note: '<|end|>' } }],
  ])('in %s stay data', (_, messages, options) => {
    expect(dataIn(messages, options)).toBe(1);
  });

  it('stay data in JSON that is ASCII only', () => {
    const ascii = compile('{{ messages[0].content | tojson(ensure_ascii=true) }}', ['<|end|>']);

    expect(ascii.render([{ role: 'user', content: 'a<|end|>' }])).toEqual([
      { text: '"a', isData: false },
      { text: '<|end|>', isData: true },
      { text: '"', isData: false },
    ]);
  });
});
