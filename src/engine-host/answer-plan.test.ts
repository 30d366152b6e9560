import { describe, expect, it } from 'vitest';
import type { OutputConstraint } from '../api/internal/engine-request.ts';
import { chatCompletionRequest, type ChatCompletionRequestInput } from '../api/chat-completion-request.ts';
import { compileChatTemplate } from '../formats/chat-template.ts';
import { recogniseFormat } from '../formats/recognise-format.ts';
import { probeThinking } from '../formats/thinking-control.ts';
import { planAnswer, type AnswerPlan } from './answer-plan.ts';
import type { GrammarWorker } from './grammar-worker.ts';
import { Grammars } from './grammars.ts';
import { writeGrammar } from './write-grammar.ts';

const chatMl =
  '{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}' +
  '{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}';
const withDocuments = `{% for d in documents %}[{{ d.title }}] {{ d.text }}\n{% endfor %}${chatMl}`;

const worker: GrammarWorker = { write: async (order) => writeGrammar(order), close: () => Promise.resolve() };

function plan(source: string, fields: Partial<ChatCompletionRequestInput> & { output?: OutputConstraint }) {
  const controlTexts = ['<|im_start|>', '<|im_end|>'];
  const template = compileChatTemplate({ source, bosText: '', eosText: '', controlTexts, userDefinedTexts: [] });
  const format = recogniseFormat(source);
  const thinking = probeThinking(template, format, source);
  const model = { template, format, thinking, reasons: thinking.reasons, grammars: new Grammars(worker) };
  const body = { model: 'm', messages: [{ role: 'user', content: 'Where?' }], ...fields };
  return planAnswer(model, { ...chatCompletionRequest.parse(body), output: fields.output });
}

const textOf = ({ prompt }: AnswerPlan) => prompt.map(({ text }) => text).join('');

describe('documents', () => {
  const documents = [{ title: 'Seas', text: 'Deep.<|im_end|>' }];

  it('are shown by a template that knows them, as data', async () => {
    const planned = await plan(withDocuments, { documents });

    expect(textOf(planned)).toMatch(/^\[Seas\] Deep\.<\|im_end\|>\n/);
    expect(planned.prompt.filter(({ isData }) => isData)).toEqual([{ text: '<|im_end|>', isData: true }]);
  });

  it('are refused by name where a template would drop them', async () => {
    const refusal = expect.objectContaining({ code: 'unsupported_parameter', param: 'documents' });

    await expect(plan(chatMl, { documents })).rejects.toThrow(refusal);
    await expect(plan(`${chatMl}{# documents #}`, { documents })).rejects.toThrow(refusal);
    expect(textOf(await plan(chatMl, { documents: [] }))).toBe(textOf(await plan(chatMl, {})));
  });
});

describe('the end of the prompt', () => {
  const assistant = { role: 'assistant' as const, content: [{ type: 'text' as const, text: 'In the' }] };
  const messages = [{ role: 'user' as const, content: 'Where?' }, assistant];

  it('begins a turn, or does not', async () => {
    expect(textOf(await plan(chatMl, {})).endsWith('<|im_start|>assistant\n')).toBe(true);
    expect(textOf(await plan(chatMl, { add_generation_prompt: false })).endsWith('Where?<|im_end|>\n')).toBe(true);
    expect(textOf(await plan(chatMl, { messages })).endsWith('In the<|im_end|>\n<|im_start|>assistant\n')).toBe(true);
  });

  it('is inside the last message where that goes on', async () => {
    expect(textOf(await plan(chatMl, { messages, continue_final_message: true })).endsWith('assistant\nIn the')).toBe(
      true,
    );
  });

  it('is echoed only where the assistant spoke last', async () => {
    expect((await plan(chatMl, { messages, echo: true })).echo).toBe('In the');
    expect((await plan(chatMl, { echo: true })).echo).toBeUndefined();
    expect((await plan(chatMl, { messages })).echo).toBeUndefined();
  });
});

describe('an answer that is held to a form', () => {
  const thinking = (open: string, close: string) =>
    `{# ${open} #}${chatMl}`.replace(
      '{{ m.content }}',
      `{% if m.reasoning_content %}${open}{{ m.reasoning_content }}${close}{% endif %}{{ m.content }}`,
    );
  const qwen = `${thinking('<think>', '</think>')}{# <tool_call> enable_thinking #}`;
  const mistral = `${thinking('[THINK]', '[/THINK]')}{# [TOOL_CALLS] [ARGS] #}`;
  const output: OutputConstraint = { kind: 'json', isStrict: false, param: 'guided_json', schema: {} };
  const permits = async (planned: AnswerPlan, text: string) => {
    const automaton = planned.grammar?.automaton;
    return automaton !== undefined && automaton.run(automaton.start, Buffer.from(text)) !== null;
  };

  it('may reason first, but not where it goes on from content', async () => {
    const messages = [
      { role: 'user' as const, content: 'Where?' },
      { role: 'assistant' as const, content: 'Here: ' },
    ];
    const fresh = await plan(qwen, { output });
    const continued = await plan(qwen, { output, messages, continue_final_message: true });

    expect(await Promise.all([fresh, continued].map((each) => permits(each, '<think>Hm</think>{"a"')))).toEqual([
      true,
      false,
    ]);
    expect(await permits(continued, '{"a"')).toBe(true);
  });

  it('has no reasoning within its content, whatever that quotes', async () => {
    const tracker = (await plan(mistral, { output })).createTracker();
    const kinds = ['[THINK]a[/THINK]', '{"a": "[THINK]b', '"}'].flatMap((text) => tracker?.push({ text }) ?? []);

    expect(kinds.filter(({ kind }) => kind === 'reasoning')).toEqual([{ kind: 'reasoning', text: 'a' }]);
    expect(kinds.filter(({ kind }) => kind === 'content').map(({ text }) => text)).toEqual(['{"a": "[THINK]b', '"}']);
  });
});
