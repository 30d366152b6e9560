import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileChatTemplate } from './chat-template.ts';
import type { PromptMessage } from './prompt-message.ts';

const file = new URL('../../../shared/reference/data/template-render-cases.jsonl', import.meta.url);
const isAbsent = !existsSync(file);

interface Case {
  readonly name: string;
  readonly template: string;
  readonly messages: readonly PromptMessage[];
  readonly bos: string;
  readonly eos: string;
  readonly add_generation_prompt: boolean;
  readonly expected: string;
  readonly expected_jinja: string;
  readonly supported_with_jinja: boolean;
}

const cases = isAbsent
  ? []
  : readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Case);

function render({ template, messages, bos, eos, add_generation_prompt }: Case): string {
  const compiled = compileChatTemplate({
    source: template,
    bosText: bos,
    eosText: eos,
    controlTexts: [],
    userDefinedTexts: [],
  });
  return compiled
    .render(messages, { addGenerationPrompt: add_generation_prompt })
    .map(({ text }) => text)
    .join('');
}

describe.skipIf(isAbsent)(
  `reference prompts${isAbsent ? ' (skipped: the reference data beside the repository is absent)' : ''}`,
  () => {
    it.each(cases.filter((each) => each.supported_with_jinja))('$name', (each) => {
      expect(render(each)).toBe(each.expected_jinja || each.expected);
    });

    // Their templates read variables that nobody gives; upstream has prompts of its own for them.
    it.each(cases.filter((each) => !each.supported_with_jinja))('$name is refused', (each) => {
      expect(() => render(each)).toThrow(expect.objectContaining({ code: 'invalid_prompt' }));
    });
  },
);
