import { describe, expect, it } from 'vitest';
import { hermes } from './families/json-in-tags.ts';
import { harmony } from './families/named-calls.ts';
import type { OutputFormat } from './output-format.ts';
import { outputFrameOf } from './output-frame.ts';
import { createOutputParser } from './output-parser.ts';

function read(format: OutputFormat, promptEnd: string, text: string, how: 'complete' | 'cut' = 'complete') {
  const readings = [[text], Array.from(text)].map((pieces) => {
    const parser = createOutputParser(format, { frame: outputFrameOf(format, promptEnd), allowsGap: true });
    const found = { reasoning: '', content: '' };
    for (const part of [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end(how)]) {
      if (part.kind === 'content' || part.kind === 'reasoning') found[part.kind] += part.text;
    }
    return found;
  });
  expect(readings[1]).toEqual(readings[0]);
  return readings[0];
}

describe('a held answer', () => {
  it.each([
    ['content alone', '', '{"a":1}', { reasoning: '', content: '{"a":1}' }],
    ['reasoning first', '', '<think>\nIs it?\n Yes. \n</think>\n\n[1]', { reasoning: 'Is it?\n Yes.', content: '[1]' }],
    ['reasoning that the prompt began', '<think>\n', 'So.</think>\n5', { reasoning: 'So.', content: '5' }],
    ['empty reasoning', '', '<think>\n\n</think>\n\n5', { reasoning: '', content: '5' }],
    ['marks within content', '', '"<think></think>"', { reasoning: '', content: '"<think></think>"' }],
    ['what only looks like reasoning', '', '<thing>', { reasoning: '', content: '<thing>' }],
    ['space at the end of content', '', 'a \n', { reasoning: '', content: 'a \n' }],
  ])('has %s', (_, promptEnd, text, expected) => {
    expect(read(hermes, promptEnd, text)).toEqual(expected);
  });

  it.each([
    ['in its reasoning', '<think>So', { reasoning: 'So', content: '' }],
    ['in the mark after it', '<think>So</thi', { reasoning: 'So</thi', content: '' }],
    ['in its first mark', '<thi', { reasoning: '', content: '' }],
    ['in its content', '{"a', { reasoning: '', content: '{"a' }],
  ])('may be cut %s', (_, text, expected) => {
    expect(read(hermes, '', text, 'cut')).toEqual(expected);
  });

  it('of messages has a header, which may be cut too', () => {
    const prompt = '<|start|>assistant';
    const reasoned = '<|channel|>analysis<|message|>So.<|end|><|start|>assistant<|channel|>final<|message|>{}';

    expect(read(harmony, prompt, reasoned)).toEqual({ reasoning: 'So.', content: '{}' });
    expect(read(harmony, prompt, '<|channel|>fin', 'cut')).toEqual({ reasoning: '', content: '' });
    expect(read(harmony, `${prompt}<|channel|>final<|message|>`, '{}')).toEqual({ reasoning: '', content: '{}' });
  });
});
