import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatCompletionRequestInput } from '../../src/api/chat-completion-request.ts';
import type { TokenLogprob } from '../../src/api/logprobs.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { collect } from '../../src/inference/answers/collect.ts';
import { answer, ask, startScriptedEngine } from '../support/engine.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await startScriptedEngine();
});
afterAll(() => engine.close());

type Fields = Partial<ChatCompletionRequestInput>;

/** The plain answer's text and entries of one choice, after the stream of the same request was seen to agree. */
async function reported(content: string, fields: Fields = {}, index = 0) {
  const request = ask(content, { logprobs: true, seed: 1, ...fields });
  const { chunks } = await answer(engine, request);
  const plain = await collect(await engine.chat(request, new AbortController().signal));
  const parts = chunks.flatMap(({ choices }) => choices.filter((choice) => choice.index === index));
  const { message, logprobs } = plain.choices[index] ?? {};
  expect(parts.map(({ delta }) => delta.content ?? '').join('')).toBe(message?.content);
  expect(parts.flatMap((part) => part.logprobs?.content ?? [])).toEqual(logprobs?.content);
  expect(logprobs?.refusal).toBeNull();
  return { text: message?.content ?? '', entries: logprobs?.content ?? [], parts, usage: plain.usage };
}

const tokensOf = (entries: readonly Pick<TokenLogprob, 'token'>[]) => entries.map(({ token }) => token);
const bytesOf = (entries: readonly TokenLogprob[]) => Buffer.from(entries.flatMap(({ bytes }) => bytes ?? []));

describe('log probabilities', () => {
  it('have an entry for each token but the end, with its text and bytes', async () => {
    const { text, entries, usage } = await reported('hello');

    expect(tokensOf(entries)).toEqual(['Hello', ', I am', ' a script', '.']);
    expect(bytesOf(entries).toString()).toBe(text);
    expect(usage.completion_tokens).toBe(entries.length + 1);
  });

  it('are null in every chunk when they are not asked for', async () => {
    const { chunks } = await answer(engine, ask('hello'));

    expect(chunks.every(({ choices }) => choices.every(({ logprobs }) => logprobs === null))).toBe(true);
  });

  it('list no alternatives unless asked, and as many as asked', async () => {
    const countsOf = async (fields: Fields) =>
      (await reported('hello', fields)).entries.map((entry) => entry.top_logprobs.length);

    expect(await countsOf({})).toEqual([0, 0, 0, 0]);
    expect(await countsOf({ top_logprobs: 0 })).toEqual([0, 0, 0, 0]);
    expect(await countsOf({ top_logprobs: 20 })).toEqual([20, 20, 20, 20]);
  });

  it('are those of the softmax, in order of probability and then of token id', async () => {
    const { entries } = await reported('dice', { max_tokens: 3, top_logprobs: 7 });

    // Six pieces follow each other evenly, everything else is e^-160 as likely.
    for (const { token, logprob, top_logprobs: top } of entries) {
      expect(logprob).toBeCloseTo(-Math.log(6), 12);
      expect(tokensOf(top.slice(0, 6))).toEqual(['red ', 'green ', 'blue ', 'white ', 'black ', 'grey ']);
      expect(top.find((alternative) => alternative.token === token)?.logprob).toBe(logprob);
      expect(top[6]?.logprob).toBeLessThan(-100);
    }
  });

  it('are an empty list for an empty answer', async () => {
    expect(await reported('silence')).toMatchObject({ text: '', entries: [], usage: { completion_tokens: 1 } });
  });

  it('are kept apart between the choices of one request', async () => {
    const fields = { n: 2, temperature: 1, top_p: 1, max_tokens: 24, top_logprobs: 1 };
    const [first, second] = [await reported('dice', fields, 0), await reported('dice', fields, 1)];

    expect(tokensOf(first.entries).join('')).toBe(first.text);
    expect(tokensOf(second.entries).join('')).toBe(second.text);
    expect(second.text).not.toBe(first.text);
  });
});

describe('the values are those of the model itself', () => {
  const forced = 'x'.charCodeAt(0);
  // After the 256 bytes come four special tokens, the first script's selector and then its first piece.
  const scripted = 261;
  const rolls = { temperature: 2, top_p: 1, max_tokens: 24, top_logprobs: 6 };

  it.each<[string, Fields]>([
    ['temperature', { temperature: 2 }],
    ['top_k, top_p and min_p', { top_k: 2, top_p: 0.1, min_p: 0.9 }],
    ['penalties', { presence_penalty: 2, frequency_penalty: 2, repetition_penalty: 2 }],
  ])('whatever %s does to the choice', async (_, fields) => {
    const { entries } = await reported('dice', { ...rolls, ...fields });

    expect(entries).toHaveLength(24);
    for (const { logprob, top_logprobs: top } of entries) {
      for (const value of [logprob, ...top.map((alternative) => alternative.logprob)]) {
        expect(value).toBeCloseTo(-Math.log(6), 12);
      }
    }
  });

  it('whatever logit_bias does: a forced token has its own value, also outside the likeliest', async () => {
    const { text, entries } = await reported('hello', {
      temperature: 0,
      max_tokens: 1,
      top_logprobs: 2,
      logit_bias: { [forced]: 100, [scripted]: -100 },
    });

    expect(text).toBe('x');
    expect(entries[0]?.logprob).toBeCloseTo(-160, 0);
    expect(entries[0]?.top_logprobs).toHaveLength(2);
    expect(entries[0]?.top_logprobs[0]).toMatchObject({ token: 'Hello', logprob: 0 });
  });

  it('also where min_tokens forbids the end, which keeps its place under its name', async () => {
    const { entries } = await reported('silence', { temperature: 0, min_tokens: 1, max_tokens: 1, top_logprobs: 1 });

    expect(entries).toHaveLength(1);
    expect(entries[0]?.logprob).toBeCloseTo(-160, 0);
    expect(entries[0]?.top_logprobs).toEqual([{ token: '<|im_end|>', logprob: 0, bytes: null }]);
  });
});

describe('entries go with the text of their tokens', () => {
  it('of characters split over tokens: true bytes, and U+FFFD for what is no text by itself', async () => {
    const { text, entries, parts } = await reported('emoji');

    expect(tokensOf(entries)).toEqual(['Caf', '\uFFFD', '\uFFFD \uFFFD', '\uFFFD', '\uFFFD!']);
    expect(entries.map(({ bytes }) => bytes?.length)).toEqual([3, 1, 4, 1, 2]);
    expect(bytesOf(entries).toString()).toBe(text);
    expect(followText(parts)).toBe(true);
  });

  it('also at the end, when a limit cuts a character and its half becomes no text', async () => {
    const { text, entries, usage } = await reported('cut', { max_tokens: 2 });

    expect(text).toBe('half a ');
    expect([...bytesOf(entries)]).toEqual([...Buffer.from('half a '), 0xf0, 0x9f]);
    expect(usage.completion_tokens).toBe(entries.length);
  });

  it('not beyond a stop string: tokens it removes as a whole have none', async () => {
    const { text, entries } = await reported('count', { stop: 'four' });

    expect(text).toBe('one two three ');
    expect(tokensOf(entries)).toEqual(['one ', 'two ', 'three ']);
  });

  it('when a stop string cuts through a token, with that whole token', async () => {
    const { text, entries } = await reported('count', { stop: ['ree fou'] });

    expect(text).toBe('one two th');
    expect(tokensOf(entries)).toEqual(['one ', 'two ', 'three ']);
  });

  it('when it only began like a stop string, at the end', async () => {
    const { text, entries } = await reported('count', { stop: ['six seven'] });

    expect(tokensOf(entries).join('')).toBe(text);
    expect(entries).toHaveLength(7);
  });

  it('never before it is delivered', async () => {
    const { parts } = await reported('count', { stop: ['o three fi', 'six seven'] });

    expect(parts.length).toBeGreaterThan(1);
    expect(followText(parts)).toBe(true);
  });
});

/** Whether in every chunk the entries so far cover no more than the text so far. */
function followText(parts: Awaited<ReturnType<typeof reported>>['parts']): boolean {
  let text = '';
  const entries: TokenLogprob[] = [];
  return parts.every(({ delta, logprobs }) => {
    text += delta.content ?? '';
    entries.push(...(logprobs?.content ?? []));
    return Buffer.from(text).subarray(0, bytesOf(entries).length).equals(bytesOf(entries));
  });
}
