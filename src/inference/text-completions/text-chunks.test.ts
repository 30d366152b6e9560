import { describe, expect, it } from 'vitest';
import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import { Turns } from '../../lib/turns.ts';
import { collectCompletion } from './collect-completion.ts';
import type { PromptReport } from './prompt-entries.ts';
import { toTextChunks } from './text-chunks.ts';
import type { TextOptions } from './text-pieces.ts';

const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk' as const, created: 1, model: 'm' };

function chunk(index: number, content: string | undefined, report: PromptReport = {}) {
  const entry = { token: content ?? '', logprob: -1, bytes: [...Buffer.from(content ?? '')], top_logprobs: [] };
  return {
    ...head,
    system_fingerprint: null,
    choices: [
      {
        index,
        delta: content === undefined ? {} : { content },
        logprobs: content === undefined ? null : { content: content === '' ? [] : [entry], refusal: null },
        finish_reason: content === undefined ? ('length' as const) : null,
      },
    ],
    ...report,
  };
}

const textsOf = (chunks: AsyncIterable<ChatCompletionChunk>, options: Omit<TextOptions, 'turns'>) =>
  toTextChunks(chunks, { ...options, turns: new Turns() });

async function* stream(...chunks: ChatCompletionChunk[]) {
  yield* chunks;
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  yield { ...head, system_fingerprint: null, choices: [], usage };
}

const said = (decoded_token: string, logprob: number, rank: number) => ({ decoded_token, logprob, rank });
/** Of "The sea", as ids 5 and 6, where 7 was likelier. */
const report: PromptReport = {
  prompt_token_ids: [5, 6],
  prompt_logprobs: [null, { 7: said(' sky', -0.5, 1), 6: said(' sea', -2, 9) }],
};

describe('an echoed prompt with log probabilities', () => {
  it('stands before the answer in every choice, its first token without a probability', async () => {
    const chunks = stream(chunk(0, ' is', report), chunk(1, ' was'), chunk(0, undefined), chunk(1, undefined));
    const echoes = [{ text: 'The sea', firstToken: 'The' }];

    const { choices, id } = await collectCompletion(textsOf(chunks, { choicesEach: 2, echoes, mostTop: 1 }));

    expect(id).toBe('cmpl-1');
    expect(choices.map(({ text }) => text)).toEqual(['The sea is', 'The sea was']);
    expect(choices[0]?.logprobs).toEqual({
      tokens: ['The', ' sea', ' is'],
      token_logprobs: [null, -2, -1],
      top_logprobs: [null, { ' sky': -0.5, ' sea': -2 }, { ' is': -1 }],
      text_offset: [0, 3, 7],
    });
    expect(choices[1]?.logprobs?.tokens).toEqual(['The', ' sea', ' was']);
  });

  it('is there also when nothing was generated, and no alternative that was not asked for', async () => {
    const chunks = stream(chunk(0, undefined, report));
    const echoes = [{ text: 'The sea', firstToken: 'The' }];

    const { choices } = await collectCompletion(textsOf(chunks, { choicesEach: 1, echoes, mostTop: 0 }));

    expect(choices[0]).toMatchObject({ text: 'The sea', finish_reason: 'length' });
    expect(choices[0]?.logprobs?.top_logprobs).toEqual([null, { ' sea': -2 }]);
  });

  it('keeps the true bytes of tokens that are parts of a character', async () => {
    const part = (bytes: number[], rank: number) => ({ ...said('\uFFFD', -1, rank), bytes });
    const split: PromptReport = {
      prompt_token_ids: [5, 6, 7],
      prompt_logprobs: [null, { 6: part([0xc3], 1) }, { 7: part([0xa9], 1) }],
    };
    const echoes = [{ text: 'xé', firstToken: 'x' }];

    const chunks = stream(chunk(0, 'y', split), chunk(0, undefined));
    const { choices } = await collectCompletion(textsOf(chunks, { choicesEach: 1, echoes, mostTop: 0 }));

    expect(choices[0]?.logprobs).toMatchObject({
      tokens: ['x', String.raw`bytes:\xc3`, String.raw`bytes:\xa9`, 'y'],
      text_offset: [0, 1, 1, 2],
    });
  });

  it('takes no room for a token that the model wants before every text', async () => {
    const chunks = stream(chunk(0, '', report), chunk(0, undefined));
    const echoes = [{ text: ' sea', firstToken: '<s>' }];

    const { choices } = await collectCompletion(textsOf(chunks, { choicesEach: 1, echoes, mostTop: 1 }));

    expect(choices[0]?.logprobs).toMatchObject({ tokens: ['<s>', ' sea'], text_offset: [0, 0] });
  });
});

describe('a long prompt', () => {
  it('is told of whole, and others have their turn', async () => {
    const length = 9000;
    const ids = Array.from({ length }, (_, at) => at);
    const places = ids.map((id, at) => (at === 0 ? null : { [id]: said('w', -1, 3), 99_999: said('x', -0.5, 1) }));
    const chunks = stream(chunk(0, 'y', { prompt_token_ids: ids, prompt_logprobs: places }), chunk(0, undefined));
    const echoes = [{ text: 'w'.repeat(length), firstToken: 'w' }];
    let turns = 0;
    const counting = setInterval(() => turns++, 0);

    const { choices } = await collectCompletion(textsOf(chunks, { choicesEach: 1, echoes, mostTop: 1 }));
    clearInterval(counting);

    expect(choices[0]?.logprobs?.tokens).toHaveLength(length + 1);
    expect(choices[0]?.logprobs?.text_offset).toEqual(Array.from({ length: length + 1 }, (_, at) => at));
    // Some 60 ms of work in slices of 4.
    expect(turns).toBeGreaterThan(2);
  });
});

describe('what is said of tokens', () => {
  const ids = (index: number, ...token_ids: number[]) => {
    const { choices, ...rest } = chunk(index, '', report);
    return { ...rest, choices: choices.map((choice) => ({ ...choice, logprobs: null, token_ids })) };
  };

  it('stands in each choice, and no more of it than was asked for', async () => {
    const chunks = stream(ids(0, 7), chunk(1, 'x'), ids(0, 8), chunk(0, undefined), chunk(1, undefined));

    const options = { choicesEach: 2, showsTokenIds: true, shownPromptTop: 0 };
    const { choices } = await collectCompletion(textsOf(chunks, options));

    const shown = { prompt_token_ids: [5, 6], prompt_logprobs: [null, { 6: said(' sea', -2, 9) }] };
    expect(choices[0]).toMatchObject({ ...shown, token_ids: [7, 8] });
    expect(choices[1]).toMatchObject({ ...shown, text: 'x' });
  });

  it('is as the engine says it where nobody asked for the ids of the tokens', async () => {
    const chunks = stream(chunk(0, 'x', { prompt_logprobs: report.prompt_logprobs }), chunk(0, undefined));

    const answer = await collectCompletion(textsOf(chunks, { choicesEach: 1, shownPromptTop: 0 }));

    expect(answer.choices[0]?.prompt_logprobs).toEqual(report.prompt_logprobs);
  });

  it('is left out where an engine says it and nobody asked', async () => {
    const chunks = stream(ids(0, 7), chunk(0, undefined));

    const told = await Array.fromAsync(textsOf(chunks, { choicesEach: 1 }));

    expect(told).toHaveLength(2);
    expect(Object.keys(told[0]?.choices[0] ?? {})).toEqual([
      'index',
      'text',
      'logprobs',
      'finish_reason',
      'stop_reason',
    ]);
  });
});
