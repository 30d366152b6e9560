import { describe, expect, it } from 'vitest';
import { collectAnswer, createRandom } from '../../test/formats/collect-answer.ts';
import { offeredTools as tools } from '../../test/formats/offered-tools.ts';
import { cohere2Moe, hermes } from './families/json-in-tags.ts';
import { harmony } from './families/named-calls.ts';
import { controlMarks, type OutputFormat } from './output-format.ts';
import { ReasoningTracker, type AnswerPiece } from './reasoning-tracker.ts';
import { everyFormat } from './recognise-format.ts';

const opened = '<|im_start|>assistant\n<think>\n';

function track(format: OutputFormat, tokens: readonly string[], promptEnd = '', offered = tools) {
  const tracker = new ReasoningTracker(format, { tools: offered, promptEnd, separatesReasoning: true });
  const pieces: AnswerPiece[] = [];
  const states = tokens.map((text) => {
    pieces.push(...tracker.push({ text }));
    return tracker.isReasoning;
  });
  pieces.push(...tracker.end());
  const textOf = (kind: AnswerPiece['kind']) =>
    pieces
      .filter((piece) => piece.kind === kind)
      .map(({ text }) => text)
      .join('');
  return {
    tracker,
    states,
    all: pieces.map(({ text }) => text).join(''),
    reasoning: textOf('reasoning'),
    content: textOf('content'),
  };
}

describe('a reasoning tracker', () => {
  it('counts the tokens of a block without its marks', () => {
    const { tracker, reasoning, content } = track(hermes, ['<think>', 'a', ' b', ' c', '</think>', '\n\n', 'Yes']);

    expect([tracker.tokens, reasoning, content]).toEqual([3, 'a b c', '\n\nYes']);
  });

  it('counts no token of a mark that is written in pieces', () => {
    const { tracker, reasoning, content } = track(hermes, ['a', '</', 'think', '>', 'Yes'], opened);

    expect([tracker.tokens, reasoning, content]).toEqual([1, 'a', 'Yes']);
  });

  it('counts what only looked like a mark', () => {
    expect(track(hermes, ['a', '</', 'thin', ' air', '</think>'], opened).tracker.tokens).toBe(4);
  });

  it('counts a token that ends the reasoning and begins the answer', () => {
    const { tracker, content } = track(hermes, ['a', 'b</think>Yes', ' sir'], opened);

    expect([tracker.tokens, content]).toEqual([2, 'Yes sir']);
  });

  it('knows a block that the prompt has opened, and one that it has closed', () => {
    expect(track(hermes, ['a'], opened).states).toEqual([true]);
    expect(track(hermes, ['a'], `${opened}\n</think>\n\n`).states).toEqual([false]);
  });

  it('knows before the first token what the prompt has begun', () => {
    const analysing = '<|start|>assistant<|channel|>analysis<|message|>';
    const tracker = (format: OutputFormat, promptEnd: string) =>
      new ReasoningTracker(format, { tools: [], promptEnd, separatesReasoning: true }).isReasoning;

    expect([tracker(hermes, opened), tracker(hermes, '')]).toEqual([true, false]);
    expect([tracker(harmony, analysing), tracker(harmony, '<|start|>assistant')]).toEqual([true, false]);
  });

  it('takes a call that begins in reasoning for its end, once the call has its name', () => {
    const call = ['<tool_call>', '{"name": ', '"note", ', '"arguments": {"text": "x"}}', '</tool_call>'];
    const { states, tracker, reasoning, content } = track(hermes, ['a', ...call], opened);

    expect(states).toEqual([true, false, false, false, false, false]);
    expect([tracker.tokens, reasoning, content]).toEqual([1, 'a', call.join('')]);
  });

  it('takes a call that is none for reasoning', () => {
    const { tracker, reasoning } = track(hermes, ['a', '<tool_call>', 'nothing', ' much'], opened);

    expect([tracker.tokens, reasoning]).toEqual([4, 'a<tool_call>nothing much']);
  });

  it('is not misled by a call where none is offered', () => {
    const call = ['<tool_call>', '{"name": "note"}'];

    expect(track(hermes, ['a', ...call], opened, []).states).toEqual([true, true, true]);
  });

  it('knows the analysis of harmony from its final words', () => {
    const analysis = ['<|channel|>', 'analysis', '<|message|>', 'hm', ' ok', '<|end|>'];
    const final = ['<|start|>', 'assistant', '<|channel|>', 'final', '<|message|>', 'Yes'];
    const { states, tracker, reasoning, content } = track(harmony, [...analysis, ...final], '<|start|>assistant');

    expect([tracker.tokens, reasoning, content]).toEqual([2, 'hm ok', 'Yes']);
    expect(states.map(Number).join('')).toBe('001110000000');
  });

  it('counts tokens that hold parts of one character, and those without any text', () => {
    const tracker = new ReasoningTracker(hermes, { tools: [], promptEnd: opened, separatesReasoning: true });
    tracker.push({ text: '' });
    tracker.push({ text: '' });
    tracker.push({ text: '€' });
    tracker.push({ text: '' });
    tracker.push({ text: '</think>' });

    expect(tracker.tokens).toBe(4);
  });

  it('does not count what the model did not choose', () => {
    const tracker = new ReasoningTracker(hermes, { tools: [], promptEnd: opened, separatesReasoning: true });
    tracker.push({ text: 'a' });
    tracker.push({ text: '\n', isOwn: false });
    tracker.push({ text: '</think>', isOwn: false });

    expect([tracker.tokens, tracker.isReasoning]).toEqual([1, false]);
  });

  it('finds a block anywhere where the mark is a token of its own', () => {
    const answer = ['Hi ', '<|START_THINKING|>', 'a', '<|END_THINKING|>', ' there'];

    expect(track(cohere2Moe, answer).states).toEqual([false, true, true, false, false]);
  });
});

describe.each(everyFormat.map((format) => [format.name, format] as const))('a tracker of %s', (_name, format) => {
  const { reasoning, messages } = format;
  const marks = controlMarks(format);
  const words = [...marks, ...(reasoning?.open ?? []), reasoning?.close ?? '', 'note', 'analysis', 'to=self', 'x', 'y']
    .concat('{"name": "note", "arguments": {"text": "a"}}', ' ', '\n', '<', '"', '[', '{', '}', 'assistant', 'final')
    .filter((word) => word !== '');
  const prompts = ['', messages ? `${messages.start}assistant` : '', reasoning ? `${reasoning.open[0]}\n` : ''];

  it('agrees with the parser about every word, however the answer is divided', () => {
    const random = createRandom(11);
    for (let round = 0; round < 150; round++) {
      const promptEnd = prompts[round % prompts.length] ?? '';
      // Each word can be told from the others by a number that no mark has.
      const answer = Array.from({ length: 1 + Math.floor(random() * 24) }, (_, at) => {
        const word = words[Math.floor(random() * words.length)] ?? '';
        return word === 'x' || word === 'y' ? `${word}${at}.` : word;
      });
      const text = answer.join('');
      const offered = random() < 0.5 ? tools : [];
      const parsed = collectAnswer(format, { tools: offered, promptEnd, separatesReasoning: true }, [text], 'cut');

      for (const tokens of [answer, Array.from(text), [text]]) {
        const tracked = track(format, tokens, promptEnd, offered);
        const numbered = (from: string) => (from.match(/[xy]\d+\./g) ?? []).join('');

        expect(tracked.all).toBe(text);
        expect({ answer, said: numbered(tracked.reasoning) }).toEqual({ answer, said: numbered(parsed.reasoning) });
        // What a call's arguments hold, or a stop text cuts off, is no reasoning either.
        expect(numbered(tracked.content)).toContain(numbered(parsed.content));
      }
    }
  });
});
