import { describe, expect, it } from 'vitest';
import { collectAnswer, createRandom, randomSplits } from '../../test/formats/collect-answer.ts';
import { offeredTools as tools } from '../../test/formats/offered-tools.ts';
import { workOf } from '../../test/formats/work-of.ts';
import { createAnswerParser, type AnswerPart } from './answer-parser.ts';
import { hermes } from './families/json-in-tags.ts';
import { controlMarks, type OutputFormat } from './output-format.ts';
import { everyFormat } from './recognise-format.ts';

const options = { tools, promptEnd: '', separatesReasoning: true };

function pushEach(format: OutputFormat, pieces: readonly string[]): AnswerPart[][] {
  const parser = createAnswerParser(format, options);
  return pieces.map((piece) => parser.push(piece));
}

describe('a stream', () => {
  it('delivers content with the delta that holds it', () => {
    expect(pushEach(hermes, ['Hel', 'lo', ' a', ' < b'])).toEqual([
      [{ kind: 'content', text: 'Hel' }],
      [{ kind: 'content', text: 'lo' }],
      [{ kind: 'content', text: ' a' }],
      [{ kind: 'content', text: ' < b' }],
    ]);
  });

  it('holds what may become a mark, and no longer than it may', () => {
    expect(pushEach(hermes, ['a <tool', '_c', 'ake>'])).toEqual([
      [{ kind: 'content', text: 'a' }],
      [],
      [{ kind: 'content', text: ' <tool_cake>' }],
    ]);
  });

  it('names a call before its arguments, and delivers those in pieces', () => {
    const pieces = ['<tool_call>\n{"name": "note"', ', "arguments": {"te', 'xt": "two w', 'ords"', '}', '}'];

    expect(pushEach(hermes, pieces)).toEqual([
      [{ kind: 'call', index: 0, name: 'note' }],
      [{ kind: 'arguments', index: 0, text: '{"te' }],
      [{ kind: 'arguments', index: 0, text: 'xt": "two w' }],
      [{ kind: 'arguments', index: 0, text: 'ords"' }],
      [{ kind: 'arguments', index: 0, text: '}' }],
      [{ kind: 'call-end', index: 0 }],
    ]);
  });

  it('says nothing after its end', () => {
    const parser = createAnswerParser(hermes, options);
    parser.end('complete');

    expect([parser.push('more'), parser.end('cut')]).toEqual([[], []]);
  });
});

describe.each(everyFormat.map((format) => [format.name, format] as const))(
  'a hostile answer in %s',
  (_name, format) => {
    const marks = [...controlMarks(format), ...textsOf(format)];
    const words = [
      ...marks,
      'note',
      'mood',
      'text',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      ':',
      ',',
      '\\',
      '\n',
      ' ',
      '(',
      ')',
      '=',
      '1',
      'name',
      'arguments',
      '<',
      '>',
      '{"name": "note", "arguments": {"text": "',
    ];

    it('never throws, and adds up the same however it is divided', () => {
      const random = createRandom(7);
      for (let round = 0; round < 80; round++) {
        const answer = Array.from(
          { length: 1 + Math.floor(random() * 40) },
          () => words[Math.floor(random() * words.length)],
        ).join('');
        const how = random() < 0.5 ? 'cut' : 'complete';
        const whole = collectAnswer(format, options, [answer], how);

        for (const split of [Array.from(answer), ...randomSplits(answer, 2)]) {
          expect({ ...collectAnswer(format, options, split, how), answer }).toEqual({ ...whole, answer });
        }
        const ended = whole.calls.filter(({ isEnded }) => isEnded);
        expect(() => ended.map((call) => JSON.parse(call.arguments) as unknown)).not.toThrow();
      }
    });

    it('costs in proportion to its length', () => {
      for (const word of marks) {
        const work = (length: number) => {
          const pieces = word.repeat(Math.ceil(length / word.length)).match(/[^]{1,7}/g) ?? [];
          return workOf(() => collectAnswer(format, options, pieces));
        };

        // A quadratic reader does four times as much.
        expect(work(8000)).toBeLessThan(2.5 * work(4000));
      }
    });
  },
);

describe('deep nesting and long runs', () => {
  it.each(['{"a":', '[', '{"a":[', ' ', '\n', '\\', '"', '`'])('of %j are no trouble', (unit) => {
    const answer = `<tool_call>\n{"name": "note", "arguments": {"text": ${unit.repeat(100_000)}`;
    const pieces = answer.match(/[^]{1,5}/g) ?? [];

    expect(workOf(() => collectAnswer(hermes, options, pieces))).toBeLessThan(20 * answer.length);
  });
});

describe('what the host has to know', () => {
  it('are the marks that a vocabulary may hold as control tokens', () => {
    const named = everyFormat.find(({ name }) => name === 'mistral-named') ?? hermes;

    expect(controlMarks(hermes)).toEqual(
      expect.arrayContaining(['<tool_call>', '</tool_call>', '<think>', '</think>']),
    );
    expect(controlMarks(named)).toEqual(
      expect.arrayContaining(['[TOOL_CALLS]', '[ARGS]', '[CALL_ID]', '[THINK]', '[/THINK]']),
    );
  });
});

/** The texts a format is made of, as far as they are strings of its table. */
function textsOf(format: OutputFormat): string[] {
  return format.calls.flatMap((call) =>
    Object.entries(call).flatMap(([key, value]) =>
      typeof value === 'string' && value.trim() !== '' && !/kind|list|Key$/.test(key) ? [value] : [],
    ),
  );
}
