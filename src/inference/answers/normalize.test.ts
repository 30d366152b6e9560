import { describe, expect, it } from 'vitest';
import type { ChatCompletionChunk, Delta } from '../../api/chat-completion-chunk.ts';
import type { FinishReason } from '../../api/chat-completion.ts';
import { call, callPieces, finish, piece, thought, usageOf } from '../../../test/support/scripted-engine.ts';
import { collect } from './collect.ts';
import { normalize } from './normalize.ts';

const identity = { id: 'chatcmpl-1', created: 1, model: 'm' };
const weather = call(0, 'call_a', 'weather', { at: 'Rome' });

async function* streamOf(chunks: readonly ChatCompletionChunk[]): AsyncGenerator<ChatCompletionChunk> {
  yield* chunks;
}

function answerOf(chunks: readonly ChatCompletionChunk[]): AsyncIterable<ChatCompletionChunk> {
  return normalize(streamOf([...chunks, usageOf(1, 1)]), identity, 1);
}

/** Delta and finish reason of each chunk. */
async function said(...chunks: ChatCompletionChunk[]): Promise<[Delta | undefined, FinishReason | null | undefined][]> {
  const answer = await Array.fromAsync(answerOf(chunks));
  return answer.slice(0, -1).map(({ choices: [choice] }) => [choice?.delta, choice?.finish_reason]);
}

async function folded(...chunks: ChatCompletionChunk[]) {
  return (await collect(answerOf(chunks))).choices[0];
}

describe('what an engine says of tokens', () => {
  const [text, end] = [piece('Yes.'), finish()];
  const told = [
    { ...text, prompt_token_ids: [1, 2], choices: text.choices.map((choice) => ({ ...choice, token_ids: [5, 6] })) },
    { ...end, choices: end.choices.map((choice) => ({ ...choice, token_ids: [7], stop_reason: 7 })) },
  ];

  it('passes in the stream, each where it stood', async () => {
    const [first, last] = await Array.fromAsync(answerOf(told));

    expect(first).toMatchObject({ prompt_token_ids: [1, 2], choices: [{ token_ids: [5, 6] }] });
    expect(first?.choices[0]).not.toHaveProperty('stop_reason');
    expect(last).toMatchObject({ choices: [{ token_ids: [7], stop_reason: 7, finish_reason: 'stop' }] });
    expect(last).not.toHaveProperty('prompt_token_ids');
  });

  it('is put together in the plain answer, where a stop reason stands always', async () => {
    const answer = await collect(answerOf(told));

    expect(answer).toMatchObject({ prompt_token_ids: [1, 2], choices: [{ token_ids: [5, 6, 7], stop_reason: 7 }] });
    expect(await folded(text, end)).toMatchObject({ stop_reason: null });
  });

  it('survives where closing calls takes chunks of its own', async () => {
    const begun = callPieces({ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } });
    const closing = finish('tool_calls');
    const ended = { ...closing, choices: closing.choices.map((choice) => ({ ...choice, token_ids: [8, 9] })) };

    expect(await folded(begun, ended)).toMatchObject({ token_ids: [8, 9], finish_reason: 'tool_calls' });
  });
});

describe('an answer with reasoning', () => {
  const script = [thought('Hm'), thought('.'), piece('Yes.'), finish()];

  it('has it in its stream, apart from the text', async () => {
    expect(await said(...script)).toEqual([
      [{ role: 'assistant', reasoning_content: 'Hm' }, null],
      [{ reasoning_content: '.' }, null],
      [{ content: 'Yes.' }, null],
      [{}, 'stop'],
    ]);
  });

  it('has it also where the engine has another name for it', async () => {
    const [chunk] = [thought('')];
    const renamed = { ...chunk, choices: [{ ...chunk?.choices[0], delta: { reasoning: 'Hm' } }] } as typeof chunk;

    expect(await said(...[renamed].flatMap((each) => each ?? []), piece('Yes.'), finish())).toEqual([
      [{ role: 'assistant', reasoning_content: 'Hm' }, null],
      [{ content: 'Yes.' }, null],
      [{}, 'stop'],
    ]);
  });

  it('has it in its message, which has none where the model did not reason', async () => {
    expect((await folded(...script))?.message).toEqual({
      role: 'assistant',
      content: 'Yes.',
      refusal: null,
      reasoning_content: 'Hm.',
      reasoning: 'Hm.',
    });
    expect((await folded(piece('Yes.'), finish()))?.message).toEqual({
      role: 'assistant',
      content: 'Yes.',
      refusal: null,
    });
  });
});

describe('an answer with calls', () => {
  it('streams them and ends in tool_calls', async () => {
    expect(await said(...weather, finish('tool_calls'))).toEqual([
      [
        {
          role: 'assistant',
          tool_calls: [{ index: 0, id: 'call_a', type: 'function', function: { name: 'weather', arguments: '' } }],
        },
        null,
      ],
      [{ tool_calls: [{ index: 0, function: { arguments: '{"at":' } }] }, null],
      [{ tool_calls: [{ index: 0, function: { arguments: '"Rome"}' } }] }, null],
      [{}, 'tool_calls'],
    ]);
  });

  it('folds them in order, with no text as null', async () => {
    const clock = call(1, 'call_b', 'clock', {});

    expect(await folded(...weather, ...clock, finish('tool_calls'))).toMatchObject({
      message: {
        content: null,
        tool_calls: [
          { id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"at":"Rome"}' } },
          { id: 'call_b', type: 'function', function: { name: 'clock', arguments: '{}' } },
        ],
      },
      finish_reason: 'tool_calls',
    });
  });

  it('keeps text and reasoning beside them', async () => {
    expect((await folded(thought('Ask.'), piece('One moment.'), ...weather, finish()))?.message).toMatchObject({
      content: 'One moment.',
      reasoning_content: 'Ask.',
      tool_calls: [{ id: 'call_a' }],
    });
  });

  it('ends in tool_calls also when the engine says stop', async () => {
    expect((await folded(...weather, finish('stop')))?.finish_reason).toBe('tool_calls');
  });

  it.each<FinishReason>(['stop', 'length'])('never looks whole when %s cut its last call', async (reason) => {
    const choice = await folded(...weather.slice(0, 2), finish(reason));

    expect(choice?.finish_reason).toBe(reason);
    expect(choice?.message.tool_calls?.[0]?.function.arguments).toBe('{"at":');
  });

  it('keeps length where the calls happen to be whole', async () => {
    expect((await folded(...weather, finish('length')))?.finish_reason).toBe('length');
  });

  it('gives a complete call without arguments an empty object, before its closing chunk', async () => {
    const bare = callPieces({ index: 0, id: 'a', function: { name: 'clock' } });

    expect((await said(bare, finish('tool_calls'))).slice(1)).toEqual([
      [{ tool_calls: [{ index: 0, function: { arguments: '{}' } }] }, null],
      [{}, 'tool_calls'],
    ]);
    expect((await folded(bare, finish('length')))?.message.tool_calls?.[0]?.function.arguments).toBe('');
  });

  it('has no empty list of them, streamed or plain', async () => {
    const script = [callPieces(), piece('Hi'), finish()];

    expect((await said(...script)).every(([delta]) => delta && !('tool_calls' in delta))).toBe(true);
    expect((await folded(...script))?.message).not.toHaveProperty('tool_calls');
  });
});

describe('an engine that breaks the order', () => {
  it.each<[string, ChatCompletionChunk[]]>([
    ['ends for calls it never made', [piece('x'), finish('tool_calls')]],
    ['calls after its end', [piece('x'), finish(), ...weather]],
    ['leaves an index out', [...call(1, 'a', 'f', {}), finish('tool_calls')]],
    ['calls without a name', [callPieces({ index: 0, id: 'a', function: {} }), finish('tool_calls')]],
  ])('fails the answer: it %s', async (_, chunks) => {
    await expect(Array.fromAsync(answerOf(chunks))).rejects.toMatchObject({ code: 'engine_error' });
  });
});
