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

describe.each(families.map((family) => [family.format, family] as const))('a call in %s', (_name, family) => {
  it.each(family.cases.filter(isOneCall).map((each) => [each.name, each] as const))(
    'is not part of the content, wherever a limit cuts it: %s',
    (_case, { answer, promptEnd = family.promptEnd, offered }) => {
      const format = recogniseFormat(family.template);
      const tools = offeredTools.filter((tool) => offered === undefined || offered.includes(tool.name));
      const options = { tools, promptEnd, separatesReasoning: true };
      const { content } = collectAnswer(format, options, [answer]);
      const cuts = Array.from({ length: answer.length - 1 }, (_, at) => answer.slice(0, at + 1));

      const leaks = cuts.flatMap((cut) => {
        const read = collectAnswer(format, options, [cut], 'cut');
        const rest = read.content.trim().replace(content.trim(), '');
        // Within a control token no limit cuts.
        return read.calls.length > 0 && !content.startsWith(rest) && !/^<?(\|\w*\|?)?$/.test(rest.trim())
          ? [{ cut, rest }]
          : [];
      });

      expect(leaks).toEqual([]);
    },
  );
});

/** A short call that is whole, and no other. */
function isOneCall({ answer, expect: { calls = [] }, end = 'complete' }: Case): boolean {
  return answer.length < 250 && end === 'complete' && calls.length === 1 && calls[0]?.ended !== false;
}

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
