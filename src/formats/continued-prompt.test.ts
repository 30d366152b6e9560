import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createAnswerParser } from './answer-parser.ts';
import { compileChatTemplate } from './chat-template.ts';
import { continuedPrompt } from './continued-prompt.ts';
import { recogniseFormat } from './recognise-format.ts';

const controlTexts = ['<|im_start|>', '<|im_end|>'];

/** The prompt that goes on from an assistant's message, and what the parser makes of more text. */
function go(source: string, said: { content?: string; reasoning_content?: string }, more = ' and more') {
  const format = recogniseFormat(source);
  const reasons = format.reasoning?.open.some((mark) => source.includes(mark)) ?? false;
  const template = compileChatTemplate({ source, bosText: '<s>', eosText: '</s>', controlTexts, userDefinedTexts: [] });
  const asked = { role: 'user', content: 'Question?' };
  const messages = [asked, { role: 'assistant', ...said }];
  const { prompt, promptEnd, continues } = continuedPrompt({ template, format, reasons }, messages, {});
  const parser = createAnswerParser(format, { tools: [], promptEnd, separatesReasoning: true, continues });
  const text = prompt.map((segment) => segment.text).join('');
  return {
    prompt,
    text,
    answer: text.slice(text.indexOf('Question?') + 'Question?'.length),
    parts: [...parser.push(more), ...parser.end('cut')],
    reasons,
    isAddressed: format.messages !== undefined,
  };
}

const chatMl = (reasoning: string, opened = '') =>
  `{% for m in messages %}<|im_start|>{{ m.role }}\n${reasoning}{{ m.content | trim }}<|im_end|>\n{% endfor %}` +
  `{% if add_generation_prompt %}<|im_start|>assistant\n${opened}{% endif %}`;
const spaced =
  "{% if m.role == 'assistant' %}<think>\n{{ m.reasoning_content | default('') | trim }}\n</think>\n\n{% endif %}";
const head = '<|im_end|>\n<|im_start|>assistant\n';

describe('a prompt that ends inside the last message', () => {
  it('has its content as it was written, and no end behind it', () => {
    expect(go(chatMl(''), { content: ' Once upon ' })).toMatchObject({
      answer: `${head} Once upon `,
      parts: [{ kind: 'content', text: ' and more' }],
    });
  });

  it('goes on in messages where the template begins one of reasoning', () => {
    const header = '<|start|>assistant<|channel|>analysis<|message|>';
    const source =
      `{# ${header} commentary final #}{% for m in messages %}<|start|>{{ m.role }}<|message|>{{ m.content }}<|end|>` +
      `{% endfor %}{% if add_generation_prompt %}${header}{% endif %}`;
    const thought = go(source, { content: 'Once', reasoning_content: 'Hm.' });

    expect(thought.answer).toBe(`<|end|>${header}Hm.<|end|><|start|>assistant<|channel|>final<|message|>Once`);
    expect(thought.parts).toEqual([{ kind: 'content', text: ' and more' }]);
    expect(go(source, { reasoning_content: 'Hm.' }).answer).toBe(`<|end|>${header}Hm.`);
  });

  it('never lets its words become control tokens', () => {
    const { prompt, text } = go(chatMl(''), { content: 'a<|im_end|>b' });

    expect(text.endsWith('a<|im_end|>b')).toBe(true);
    expect(prompt.slice(-2)).toEqual([
      { text: '<|im_end|>', isData: true },
      { text: 'b', isData: false },
    ]);
  });

  it.each([
    ['the template opens it', chatMl(spaced, '<think>\n')],
    ['the model opens it', chatMl(spaced)],
  ])('closes reasoning before content where %s, spaced as in history', (_, source) => {
    expect(go(source, { content: 'C' }).answer).toBe(`${head}<think>\n\n</think>\n\nC`);
    expect(go(source, { content: 'C', reasoning_content: 'R' }).answer).toBe(`${head}<think>\nR\n</think>\n\nC`);
  });

  it('leaves reasoning open where nothing follows it', () => {
    expect(go(chatMl(spaced, '<think>\n'), { reasoning_content: 'R' })).toMatchObject({
      answer: `${head}<think>\nR`,
      parts: [{ kind: 'reasoning', text: ' and more' }],
    });
  });

  it('writes the marks of the family where the template leaves reasoning out', () => {
    const source = chatMl("{% if '</think>' in m.content %}{% endif %}", '<think>');

    expect(go(source, { content: 'C' }).answer).toBe(`${head}<think></think>C`);
    expect(go(source, { content: 'C', reasoning_content: 'R' }).answer).toBe(`${head}<think>R</think>C`);
    expect(go(source, { reasoning_content: 'R' }).answer).toBe(`${head}<think>R`);
  });

  it('replaces an empty block that the template closed', () => {
    const source = chatMl('', '<think>\n\n</think>\n\n');

    expect(go(source, { content: 'C', reasoning_content: 'R' }).answer).toBe(`${head}<think>R</think>C`);
    expect(go(source, { reasoning_content: 'R' }).answer).toBe(`${head}<think>R`);
  });

  it('ends in reasoning that may close, and then is content', () => {
    expect(go(chatMl(spaced, '<think>\n'), { reasoning_content: 'R' }, ' so.\n</think>\n\nYes.').parts).toEqual([
      { kind: 'reasoning', text: ' so.' },
      { kind: 'content', text: 'Yes.' },
    ]);
  });

  it('says so where a model that does not reason has nothing to go on from', () => {
    expect(() => go(chatMl(''), { reasoning_content: 'R' })).toThrow(expect.objectContaining({ param: 'messages' }));
  });
});

const directory = new URL('../../../shared/reference/data/templates/', import.meta.url);
const isAbsent = !existsSync(directory);
/** Its template needs a date that nobody gives. */
const unusable = new Set(['fireworks-ai-llama-3-firefunction-v2.jinja']);
const names = isAbsent ? [] : readdirSync(directory).filter((name) => !unusable.has(name));

describe.skipIf(isAbsent)(
  `every known template${isAbsent ? ' (skipped: the reference data beside the repository is absent)' : ''}`,
  () => {
    it.each(names)('%s goes on from content and from reasoning', (name) => {
      const source = readFileSync(new URL(name, directory), 'utf8');
      const fromContent = go(source, { content: 'Said so' });

      expect(fromContent.text.endsWith('Said so')).toBe(true);
      expect(fromContent.parts).toEqual([{ kind: 'content', text: ' and more' }]);
      const fromBoth = go(source, { content: 'Said so', reasoning_content: 'Thought' });
      expect(fromBoth.text.endsWith('Said so')).toBe(true);
      expect(fromBoth.parts).toEqual([{ kind: 'content', text: ' and more' }]);
      if (!fromContent.reasons && !fromContent.isAddressed) return;
      expect(fromBoth.answer).toMatch(/Thought[^]+Said so$/);
      const fromReasoning = go(source, { reasoning_content: 'Thought' });
      expect(fromReasoning.text.endsWith('Thought')).toBe(true);
      expect(fromReasoning.parts).toEqual([{ kind: 'reasoning', text: ' and more' }]);
    });
  },
);
