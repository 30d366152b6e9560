import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { collectAnswer } from '../../test/formats/collect-answer.ts';
import { formatsOfTemplates } from '../../test/formats/formats-of-templates.ts';
import { offeredTools as tools } from '../../test/formats/offered-tools.ts';
import { recogniseFormat } from './recognise-format.ts';

const folder = new URL('../../../shared/reference/data/templates/', import.meta.url);
const isThere = existsSync(folder);

describe.skipIf(!isThere)('a real template (needs ../shared/reference/data)', () => {
  const known = Object.entries(formatsOfTemplates).flatMap(([format, names]) =>
    names.map((name) => [name, format] as const),
  );

  it.each(known)('%s is of %s', (name, format) => {
    expect(recogniseFormat(readFileSync(new URL(`${name}.jinja`, folder), 'utf8')).name).toBe(format);
  });

  it('is known, each of them', () => {
    const files = isThere ? readdirSync(folder).map((file) => file.replace('.jinja', '')) : [];

    expect(known.map(([name]) => name).toSorted()).toEqual(files.toSorted());
  });
});

describe('a template that no rule knows', () => {
  const read = (template: string, answer: string) =>
    collectAnswer(recogniseFormat(template), { tools, promptEnd: '', separatesReasoning: true }, [answer]);

  it('teaches the tags it shows around a call', () => {
    const answer = read(
      'Reply with <invoke>{"name": n}</invoke>.',
      '<invoke>{"name": "mood", "arguments": {}}</invoke>',
    );

    expect(answer).toMatchObject({ content: '', calls: [{ name: 'mood', arguments: '{}', isEnded: true }] });
  });

  it('teaches the tags of its reasoning', () => {
    expect(read('<reasoning>{{ r }}</reasoning>', '<reasoning>Hm.</reasoning>Yes.')).toMatchObject({
      reasoning: 'Hm.',
      content: 'Yes.',
    });
  });

  it('is read as Hermes writes where it shows nothing', () => {
    expect(read('{{ messages }}', '<think>Hm.</think><tool_call>{"name": "mood"}</tool_call>')).toMatchObject({
      reasoning: 'Hm.',
      calls: [{ name: 'mood', arguments: '{}' }],
    });
  });
});
