import { describe, expect, it } from 'vitest';
import { compileChatTemplate } from './chat-template.ts';
import { reasoningClose } from './reasoning-close.ts';
import { recogniseFormat } from './recognise-format.ts';

function closeOf(source: string): string | undefined {
  const template = compileChatTemplate({ source, bosText: '', eosText: '', controlTexts: [], userDefinedTexts: [] });
  return reasoningClose(recogniseFormat(source), template);
}

const said = (before: string, after: string) =>
  `{% for m in messages %}{{ '${before}' ~ m.reasoning_content ~ '${after}' if m.reasoning_content }}{{ m.content }}{% endfor %}`;

describe('the end of reasoning', () => {
  it('is written as the template writes it', () => {
    expect(closeOf(said('<think>', '\\n</think>\\n'))).toBe('\n</think>\n');
    expect(closeOf(said('<think>', '</think>'))).toBe('</think>');
  });

  it('is the mark on a line of its own where the template shows none', () => {
    expect(closeOf("{{ '<think>' }}{% for m in messages %}{{ m.content }}{% endfor %}")).toBe('\n</think>\n\n');
  });

  it('is the usual one where what the template writes is no end', () => {
    expect(closeOf(said('<think>', ' so: '))).toBe('\n</think>\n\n');
    expect(closeOf(said('<think>', '</think>Well, '))).toBe('\n</think>\n\n');
  });

  it('is a mark alone where marks are tokens', () => {
    expect(closeOf("{{ '<|START_ACTION|>' }}{{ messages[-1].content }}")).toBe('<|END_THINKING|>');
  });

  it('begins the final message where answers are made of messages', () => {
    expect(closeOf("{{ '<|channel|>analysis<|message|>commentary' }}")).toBe(
      '<|end|><|start|>assistant<|channel|>final<|message|>',
    );
  });

  it('is none where the family does not reason', () => {
    expect(closeOf("{{ 'functools[' }}")).toBeUndefined();
  });
});
