import { describe, expect, it } from 'vitest';
import { collectAnswer, createRandom } from '../../test/formats/collect-answer.ts';
import { offeredTools as tools } from '../../test/formats/offered-tools.ts';
import { createGrammarSampler } from '../../test/formats/sample-grammar.ts';
import { createSimpleParts } from '../../test/formats/simple-grammar-parts.ts';
import { typesOf } from './answer/parameter-type.ts';
import { reasoningHeader } from './call-rules/reasoning-before.ts';
import { callGrammar } from './call-grammar.ts';
import type { OutputFormat } from './output-format.ts';
import { everyFormat } from './recognise-format.ts';

const formats = everyFormat.map((format) => [format.name, format] as const);
const promptOf = (format: OutputFormat) => (format.messages ? `${format.messages.start}assistant` : '');

describe.each(formats)('what the grammar of %s permits', (_name, format) => {
  const promptEnd = promptOf(format);
  const read = (text: string, prompt = promptEnd) =>
    collectAnswer(format, { tools, promptEnd: prompt, separatesReasoning: true }, [text]);

  it.each(['required', { name: 'note' }] as const)('for %j is read back as calls that fit', (choice) => {
    for (const parallel of [false, true]) {
      const { grammar } = callGrammar(format, tools, { choice, parallel, promptEnd }, createSimpleParts());
      const sample = createGrammarSampler(grammar, createRandom(11));
      for (let round = 0; round < 30; round++) {
        const text = sample();
        const answer = read(text);

        expect({
          text,
          content: answer.content,
          misfits: answer.calls.filter((call) => !call.isEnded || !fits(call.name, call.arguments)),
        }).toEqual({ text, content: '', misfits: [] });
        expect(answer.calls.length).toBeGreaterThan(0);
        expect(parallel || answer.calls.length === 1).toBe(true);
        expect(answer.calls.every(({ name }) => typeof choice === 'string' || name === choice.name)).toBe(true);
      }
    }
  });

  it('begins with what triggers it', () => {
    const { grammar, trigger } = callGrammar(
      format,
      tools,
      { choice: 'auto', parallel: true, promptEnd },
      createSimpleParts(),
    );
    const sample = createGrammarSampler(grammar, createRandom(3));
    for (let round = 0; round < 10; round++) {
      const text = sample();

      expect(
        trigger?.texts.some((opening) => text.replaceAll(/\s/g, '').startsWith(opening.replaceAll(/\s/g, ''))),
      ).toBe(true);
    }
  });

  it('lets reasoning that the prompt opened be finished', () => {
    const header = format.messages && `${format.messages.start}assistant${reasoningHeader(format.messages)}`;
    const opened = header ?? `${promptEnd}${format.reasoning?.open[0] ?? ''}`;
    const { grammar } = callGrammar(
      format,
      tools,
      { choice: 'required', parallel: false, promptEnd: opened },
      createSimpleParts(),
    );
    const sample = createGrammarSampler(grammar, createRandom(5));
    for (let round = 0; round < 10; round++) {
      const text = sample();

      expect(read(text, opened)).toMatchObject({ content: '', calls: [{ isEnded: true }] });
      expect(text).toContain(format.messages?.ends[0] ?? format.reasoning?.close ?? '');
    }
  });
});

function fits(name: string, json: string): boolean {
  const schema = tools.find((tool) => tool.name === name)?.parameters;
  const value = JSON.parse(json) as Record<string, unknown>;
  const properties = (schema?.['properties'] ?? {}) as Record<string, Record<string, unknown>>;
  const required = (schema?.['required'] ?? []) as string[];
  const hasType = ([key, inner]: [string, unknown]) => {
    const types = typesOf(properties[key], schema);
    return types.has(typeOf(inner)) || (typeOf(inner) === 'integer' && types.has('number'));
  };
  return required.every((key) => key in value) && Object.entries(value).every(hasType);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
