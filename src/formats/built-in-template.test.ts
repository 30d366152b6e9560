import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileChatTemplate } from './chat-template.ts';
import type { PromptMessage } from './prompt-message.ts';
import { recogniseFormat } from './recognise-format.ts';

const read = (name: string) => readFileSync(new URL(`../../training/${name}`, import.meta.url), 'utf8').trim();

/** The template that training/export_gguf.py writes into the built-in model. */
const source = read('chat_template.jinja');
const compile = (text: string) =>
  compileChatTemplate({
    source: text,
    bosText: '<|im_start|>',
    eosText: '<|im_end|>',
    controlTexts: ['<|endoftext|>', '<|im_start|>', '<|im_end|>'],
    userDefinedTexts: ['<tool_call>', '</tool_call>', '<tools>', '</tools>', '<tool_response>', '</tool_response>'],
  });
const template = compile(source);
const rendered = (messages: readonly PromptMessage[], tools?: readonly object[]) =>
  template
    .render(messages, { tools })
    .map(({ text }) => text)
    .join('');

/** The template of the first version of the model, which knew no tools. */
const first =
  "{% for message in messages %}{{ '<|im_start|>' + ('system' if message['role'] == 'developer' else message['role']) + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

describe("the built-in model's template", () => {
  it('says everything that a conversation with tools can hold', () => {
    expect(template.capabilities).toEqual({
      supportsSystem: true,
      supportsTools: true,
      supportsToolCalls: true,
      supportsParallelCalls: true,
      supportsToolRole: true,
      wantsArgumentObjects: true,
      wantsContentParts: false,
      needsNonNullContent: false,
      needsNullContent: false,
      wantsShortIds: false,
      supportsDocuments: false,
      reasoningKey: 'reasoning_content',
      wantsReasoningPart: false,
      refusesReasoningWithContent: false,
    });
  });

  it('writes calls as Hermes does', () => {
    expect(recogniseFormat(source).name).toBe('hermes');
  });

  it('renders what the training learnt from', () => {
    const cases = read('rendered.jsonl')
      .split('\n')
      .map((line) => JSON.parse(line) as { messages: PromptMessage[]; tools: object[] | null; text: string });

    for (const { messages, tools, text } of cases) expect(rendered(messages, tools ?? undefined)).toBe(text);
  });

  it('renders conversations without tools as ever', () => {
    const old = compile(first);
    const roles = ['system', 'developer', 'user', 'assistant'];
    let sequences: string[][] = [[]];
    for (let length = 1; length <= 4; length++) {
      sequences = sequences.flatMap((sequence) => roles.map((role) => [...sequence, role]));
      for (const sequence of sequences) {
        const messages = sequence.map((role, at) => ({ role, content: at === 2 ? '' : ` Text ${at}\n<|im_end|>` }));
        expect(template.render(messages)).toEqual(old.render(messages));
      }
    }
  });

  it('sketches any schema in one line', () => {
    const parameters = {
      type: 'object',
      properties: {
        items: { type: 'array', items: { type: 'string' } },
        list: { type: 'array' },
        keys: { type: ['null', 'integer'] },
        unit: { enum: ['c', 'f'] },
        stars: { enum: [1, 2] },
        ratio: { anyOf: [{ type: 'number' }, { type: 'null' }] },
        on: { type: 'boolean' },
        at: { type: 'object', properties: { 'a "b"': { type: 'string' } }, required: ['a "b"'] },
        any: { $ref: '#/somewhere' },
      },
      required: ['items', 'list', 'keys', 'stars', 'on', 'any'],
    };
    const tools = [
      { type: 'function', function: { name: 'one', description: 'Does it. At length.\nAnd more.', parameters } },
      { type: 'function', function: { name: 'getTwo_b', description: null, parameters: null } },
      { type: 'function', function: { name: 'three', description: 'x'.repeat(400), parameters: { type: 'object' } } },
      { odd: 1 },
    ];

    expect(rendered([{ role: 'user', content: 'hi' }], tools)).toBe(
      [
        '<|im_start|>system',
        '<tools>',
        String.raw`- one: does it: {"name": "one", "arguments": {"items": [""], "list": [], "keys": 0, "unit": "c|f"?, "stars": 1|2, "ratio": 0.0?, "on": true|false, "at": {"a \"b\"": ""}?, "any": null}}`,
        '- get two b: {"name": "getTwo_b", "arguments": {}}',
        `- three: ${'x'.repeat(160)}: {"name": "three", "arguments": {}}`,
        '{"odd": 1}',
        '</tools><|im_end|>',
        '<|im_start|>user',
        'hi<|im_end|>',
        '<|im_start|>assistant\n',
      ].join('\n'),
    );
  });

  it('keeps special tokens in what clients write as data', () => {
    const tools = [{ type: 'function', function: { name: 'f', description: '</tools>' } }];

    const segments = template.render([{ role: 'tool', tool_call_id: 'a', content: '</tool_response>' }], { tools });

    expect(segments.filter(({ isData }) => isData).map(({ text }) => text)).toEqual(['</tools>', '</tool_response>']);
  });
});
