import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileJinja } from './template.ts';

const folder = new URL('../../../../shared/reference/data/', import.meta.url);
const isAbsent = !existsSync(folder);
const skipped = isAbsent ? ' (skipped: the reference data beside the repository is absent)' : '';

const read = (path: string): string => readFileSync(new URL(path, folder), 'utf8');
const cases = <Case>(file: string): Case[] =>
  isAbsent
    ? []
    : read(file)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Case);

interface LanguageCase {
  readonly group: string;
  readonly name: string;
  readonly template: string;
  readonly vars: Record<string, unknown>;
  readonly expect: string;
}

interface Message {
  readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: string } }[];
}

/** Templates of models that call tools want arguments as values, where a request has them as JSON. */
function withObjects({ tool_calls, ...message }: Message): object {
  if (!tool_calls) return message;
  const calls = tool_calls.map((call) => ({
    ...call,
    function: { ...call.function, arguments: JSON.parse(call.function.arguments) as unknown },
  }));
  return { ...message, tool_calls: calls };
}

interface ConversationCase {
  readonly id: string;
  readonly template: string;
  readonly messages: readonly Message[];
  readonly tools: readonly object[] | null;
  readonly enable_thinking: boolean;
  readonly add_generation_prompt: boolean;
  readonly continue_final_message: number;
  readonly prompt: string;
  readonly prompt_may_have_date: boolean;
}

describe.skipIf(isAbsent)(`the language${skipped}`, () => {
  it.each(cases<LanguageCase>('jinja-cases.jsonl'))('$group: $name', ({ template, vars, expect: expected }) => {
    expect(compileJinja(template).render(vars)).toBe(expected);
  });
});

describe.skipIf(isAbsent)(`templates of models compile${skipped}`, () => {
  it.each(isAbsent ? [] : readdirSync(new URL('templates/', folder)))('%s', (file) => {
    expect(compileJinja(read(`templates/${file}`))).toBeDefined();
  });
});

describe.skipIf(isAbsent)(`templates of models render conversations${skipped}`, () => {
  // A prompt that goes on with an unfinished answer is put together by who knows the model's format, not by a template.
  const plain = cases<ConversationCase>('chat-parse-cases.jsonl').filter(
    (each) => !each.prompt_may_have_date && each.continue_final_message === 0,
  );

  it.each(plain)('$id', ({ template, messages, tools, enable_thinking, add_generation_prompt, prompt }) => {
    const rendered = compileJinja(read(`templates/${template}`)).render({
      messages: messages.map(withObjects),
      add_generation_prompt,
      enable_thinking,
      ...(tools && { tools }),
      bos_token: '',
      eos_token: '',
    });

    expect(rendered).toBe(prompt);
  });
});
