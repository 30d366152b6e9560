import { expect } from 'vitest';
import type { Completion } from '../../../src/api/completion.ts';
import type { RouteWalk } from './route-walk.ts';

const prompt = '<|say-count|>';

/** The model counts from one to six. */
export const completionWalk: RouteWalk<Completion> = {
  base: { model: 'test/model', prompt, max_tokens: 20, seed: 1 },
  textOf: ({ choices }) => choices?.[0]?.text ?? '',
  effects: {
    max_tokens: ({ text }) => expect(text).toBe('one two '),
    n: ({ answer }) => expect(answer.choices).toHaveLength(2),
    stop({ text, answer }) {
      expect(text).toBe('one two ');
      expect(answer.choices[0]?.stop_reason).toBe('three');
    },
    stream: ({ reply }) => expect(reply.headers.get('content-type')).toMatch('text/event-stream'),
    stream_options: ({ text }) => expect(text).toContain('"completion_tokens"'),
    echo: ({ text }) => expect(text.startsWith(`${prompt}one two `)).toBe(true),
    logprobs: ({ answer }) => expect(answer.choices[0]?.logprobs?.tokens.length).toBeGreaterThan(5),
    ignore_eos: ({ answer }) => expect(answer.choices[0]?.finish_reason).toBe('length'),
    include_stop_str_in_output: ({ text }) => expect(text).toBe('one two three'),
    bad_words: ({ text }) => expect(text).not.toMatch(/^one /),
    allowed_token_ids: ({ text }) => expect(text).toMatch(/^[a-d]{2}$/),
    truncate_prompt_tokens: ({ answer }) => expect(answer.usage.prompt_tokens).toBeLessThan(5),
    return_token_ids({ answer: { choices, usage } }) {
      expect(choices[0]?.prompt_token_ids).toHaveLength(usage.prompt_tokens);
      expect(choices[0]?.token_ids).toHaveLength(usage.completion_tokens);
    },
    return_tokens_as_token_ids: ({ answer }) =>
      expect(answer.choices[0]?.logprobs?.tokens[0]).toMatch(/^token_id:\d+$/),
    logprob_token_ids: ({ answer }) =>
      expect(Object.keys(answer.choices[0]?.logprobs?.top_logprobs[0] ?? {})).toHaveLength(3),
    prompt_logprobs: ({ answer }) =>
      expect(answer.choices[0]?.prompt_logprobs).toHaveLength(answer.usage.prompt_tokens),
    request_id: ({ answer }) => expect(answer.id).toBe('cmpl-mine-1'),
  },
};
