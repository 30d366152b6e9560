import { describe, expect, it } from 'vitest';
import { chatCompletionRequest, type ChatCompletionRequestInput } from '../api/chat-completion-request.ts';
import { compileChatTemplate } from '../formats/chat-template.ts';
import { recogniseFormat } from '../formats/recognise-format.ts';
import { probeThinking } from '../formats/thinking-control.ts';
import { planAnswer, type AnswerPlan } from './answer-plan.ts';
import { Grammars } from './grammars.ts';

const chatMl =
  '{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}' +
  '{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}';
const withDocuments = `{% for d in documents %}[{{ d.title }}] {{ d.text }}\n{% endfor %}${chatMl}`;

/** Nothing here asks for a grammar. */
const noWorker = { write: () => Promise.reject(new Error('unused')), close: () => Promise.resolve() };

function plan(source: string, fields: Partial<ChatCompletionRequestInput>) {
  const controlTexts = ['<|im_start|>', '<|im_end|>'];
  const template = compileChatTemplate({ source, bosText: '', eosText: '', controlTexts, userDefinedTexts: [] });
  const format = recogniseFormat(source);
  const thinking = probeThinking(template, format, source);
  const model = { template, format, thinking, reasons: false, grammars: new Grammars(noWorker) };
  const body = { model: 'm', messages: [{ role: 'user', content: 'Where?' }], ...fields };
  return planAnswer(model, chatCompletionRequest.parse(body));
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
