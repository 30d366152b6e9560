import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { collectAnswer, randomSplits } from '../../test/formats/collect-answer.ts';
import { recogniseFormat } from './recognise-format.ts';

interface Case {
  readonly id: string;
  readonly template: string;
  readonly messages: readonly { readonly content?: string; readonly reasoning_content?: string }[];
  readonly tools: readonly { readonly function: { name: string; parameters: Record<string, unknown> } }[] | null;
  readonly reasoning_format: string;
  readonly generation_prompt: string;
  readonly continue_final_message: number;
  readonly json_schema: unknown;
  readonly input: string;
  readonly is_partial: boolean;
  readonly expect: Expected;
}

interface Expected {
  readonly content: string;
  readonly reasoning_content: string;
  readonly tool_calls: readonly { readonly name: string; readonly arguments: string; readonly id: string }[];
}

const folder = new URL('../../../shared/reference/data/', import.meta.url);
const isThere = existsSync(folder);
const cases = isThere
  ? readFileSync(new URL('chat-parse-cases.jsonl', folder), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Case)
  : [];

/**
 * llama.cpp's expectations, which it compares with the white space at both ends of a text removed: they name
 * line ends there that no rule could give (a line end written after `</think>` expected in the reasoning).
 */
describe.skipIf(!isThere)('an answer as llama.cpp reads it (needs ../shared/reference/data)', () => {
  it.each(cases.map((each) => [each.id, each] as const))('%s', (_id, each) => {
    const format = recogniseFormat(readFileSync(new URL(`templates/${each.template}`, folder), 'utf8'));
    const options = {
      tools: (each.tools ?? []).map((tool) => tool.function),
      promptEnd: each.generation_prompt,
      separatesReasoning: each.reasoning_format !== 'none',
    };
    const how = each.is_partial ? 'cut' : 'complete';

    for (const pieces of [[each.input], Array.from(each.input), ...randomSplits(each.input, 8)]) {
      const answer = collectAnswer(format, options, pieces, how);

      expect({ ...expectedForm(each, answer), pieces }).toEqual({ ...wanted(each), pieces });
    }
  });
});

function expectedForm(each: Case, answer: ReturnType<typeof collectAnswer>) {
  // A continued message is expected whole, as far as the prompt shows it; the parser gives what was generated.
  const message = each.continue_final_message === 0 ? undefined : each.messages.at(-1);
  const shown = (text = '') => (each.generation_prompt.includes(text) ? text : '');
  return {
    content: withoutFence(each, shown(message?.content) + answer.content).trim(),
    reasoning: (shown(message?.reasoning_content) + answer.reasoning).trim(),
    calls: answer.calls.map((call) => ({
      name: call.name,
      arguments: each.is_partial ? call.arguments : JSON.parse(call.arguments),
      isEnded: call.isEnded,
    })),
  };
}

function wanted(each: Case) {
  return {
    content: each.expect.content.trim(),
    reasoning: each.expect.reasoning_content.trim(),
    calls: each.expect.tool_calls.map((call) => ({
      name: call.name,
      arguments: each.is_partial ? call.arguments : JSON.parse(call.arguments),
      isEnded: !each.is_partial,
    })),
  };
}

/** Structured output is content to the parser; the fence around it, which llama.cpp drops, is the caller's. */
function withoutFence(each: Case, content: string): string {
  return each.json_schema ? content.replace(/^```json\n([^]*)\n```$/, '$1') : content;
}
