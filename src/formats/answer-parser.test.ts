import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { collectAnswer, randomSplits, type CollectedAnswer } from '../../test/formats/collect-answer.ts';
import { offeredTools } from '../../test/formats/offered-tools.ts';
import { recogniseFormat } from './recognise-format.ts';

interface Family {
  readonly format: string;
  /** A few marks such a template holds. */
  readonly template: string;
  readonly promptEnd: string;
  readonly cases: readonly Case[];
}

interface Case {
  readonly name: string;
  readonly answer: string;
  readonly promptEnd?: string;
  readonly separatesReasoning?: boolean;
  readonly offered?: readonly string[];
  readonly end?: 'complete' | 'cut';
  readonly expect: {
    readonly content?: string;
    readonly reasoning?: string;
    /** Without arguments: only that they are the beginning of JSON. */
    readonly calls?: readonly {
      readonly name: string;
      readonly arguments?: unknown;
      readonly id?: string;
      readonly ended?: boolean;
    }[];
  };
}

const folder = new URL('../../test/fixtures/formats/', import.meta.url);
const families = readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Family);

describe.each(families.map((family) => [family.format, family] as const))('an answer in %s', (name, family) => {
  const format = recogniseFormat(family.template);

  it('is told by marks of its template', () => {
    expect(format.name).toBe(name);
  });

  it.each(family.cases.map((each) => [each.name, each] as const))('%s', (_name, each) => {
    const options = {
      tools: offeredTools.filter((tool) => each.offered === undefined || each.offered.includes(tool.name)),
      promptEnd: each.promptEnd ?? family.promptEnd,
      separatesReasoning: each.separatesReasoning ?? true,
    };
    const whole = collectAnswer(format, options, [each.answer], each.end);

    expect(inForm(whole, each)).toEqual({
      content: each.expect.content ?? '',
      reasoning: each.expect.reasoning ?? '',
      calls: wantedCalls(each),
    });
    for (const pieces of [Array.from(each.answer), each.answer.split(''), ...randomSplits(each.answer, 12)]) {
      expect({ ...byValue(collectAnswer(format, options, pieces, each.end)), pieces }).toEqual({
        ...byValue(whole),
        pieces,
      });
    }
  });
});

/** Half a surrogate pair at a cut is escaped in arguments: another text, the same value. */
function byValue(answer: CollectedAnswer) {
  return {
    ...answer,
    calls: answer.calls.map((call) =>
      call.isEnded ? { ...call, arguments: JSON.parse(call.arguments) as unknown } : call,
    ),
  };
}

function inForm(answer: CollectedAnswer, each: Case) {
  const calls = answer.calls.map((call, at) => {
    const wanted = each.expect.calls?.[at];
    return {
      name: call.name,
      isEnded: call.isEnded,
      ...(wanted?.id !== undefined && { id: call.id }),
      ...(wanted?.arguments !== undefined && { arguments: JSON.parse(call.arguments) as unknown }),
    };
  });
  return { content: answer.content, reasoning: answer.reasoning, calls };
}

function wantedCalls(each: Case) {
  return (each.expect.calls ?? []).map(({ name, id, ended, ...rest }) => ({
    name,
    isEnded: ended ?? true,
    ...(id !== undefined && { id }),
    ...rest,
  }));
}
