import { describe, expect, it } from 'vitest';
import type { TokenLogprob } from '../../api/logprobs.ts';
import { createLogprobWriter } from './completion-logprobs.ts';

const entry = (bytes: number[] | null, token = bytes ? Buffer.from(bytes).toString() : '<|end|>'): TokenLogprob => ({
  token,
  logprob: -1,
  bytes,
  top_logprobs: [],
});
const text = (value: string) => entry([...Buffer.from(value)]);

describe('the older shape of log probabilities', () => {
  it('names bytes that are no characters by themselves, so that no two tokens share a name', () => {
    const { tokens, top_logprobs } = createLogprobWriter(0)([
      entry([0xf0, 0x9f]),
      entry([0x8e, 0x89, 0x21]),
      entry(null),
      text('\uFFFD'),
    ]);

    expect(tokens).toEqual([String.raw`bytes:\xf0\x9f`, String.raw`bytes:\x8e\x89\x21`, '<|end|>', '\uFFFD']);
    expect(Object.keys(top_logprobs[0] ?? {})).toEqual([tokens[0]]);
  });

  it('counts offsets in characters, over calls, also where a token ends inside one', () => {
    const write = createLogprobWriter(10);

    expect(write([text('ab'), entry([0xf0, 0x9f]), entry([0x8e, 0x89, 0x21])]).text_offset).toEqual([10, 12, 12]);
    expect(write([text('é'), entry(null), text('x')]).text_offset).toEqual([14, 15, 15]);
  });

  it('gives no room to bytes that never become a character, since the text is without them', () => {
    const write = createLogprobWriter(0);
    const stray = [entry([0xe5]), text('a'), entry([0x95]), text('b'), entry([0xf0, 0x9f])];

    expect(write(stray).text_offset).toEqual([0, 0, 1, 1, 2]);
    expect(write([text('c')]).text_offset).toEqual([2]);
  });

  it('keeps the likelier of two tokens with one text, and adds the chosen one', () => {
    const chosen = { ...text('c'), logprob: -5 };
    const top = [-0.1, -2].map((logprob) => ({ token: 'a', logprob, bytes: [97] }));

    const { top_logprobs } = createLogprobWriter(0)([{ ...chosen, top_logprobs: top }]);

    expect(top_logprobs).toEqual([{ a: -0.1, c: -5 }]);
  });
});
