import { expect } from 'vitest';
import type { ChatCompletion } from '../../../src/api/chat-completion.ts';
import type { RouteWalk } from './route-walk.ts';

/** The model counts from one to six. */
export const chatWalk: RouteWalk<ChatCompletion> = {
  base: { model: 'test/model', messages: [{ role: 'user', content: 'count' }], max_tokens: 20, seed: 1 },
  textOf: ({ choices }) => choices?.[0]?.message.content ?? '',
  effects: {
    max_tokens: ({ text }) => expect(text).toBe('one two '),
    max_completion_tokens: ({ text }) => expect(text).toBe('one two '),
    n: ({ answer }) => expect(answer.choices).toHaveLength(2),
    stop: ({ text, answer }) => {
      expect(text).toBe('one two ');
      expect(answer.choices[0]?.stop_reason).toBe('three');
    },
    stream: ({ reply }) => expect(reply.headers.get('content-type')).toMatch('text/event-stream'),
    stream_options: ({ text }) => expect(text).toContain('"completion_tokens"'),
    logprobs: ({ answer }) => expect(answer.choices[0]?.logprobs?.content).toHaveLength(7),
    top_logprobs: ({ answer }) => expect(answer.choices[0]?.logprobs?.content?.[0]?.top_logprobs).toHaveLength(2),
    ignore_eos: ({ answer }) => expect(answer.choices[0]?.finish_reason).toBe('length'),
    echo: ({ text }) => expect(text).toMatch(/^one/),
    continue_final_message: ({ text }) => expect(text).not.toMatch(/^one two/),
    include_stop_str_in_output: ({ text }) => expect(text).toBe('one two three'),
    bad_words: ({ text }) => expect(text).not.toMatch(/^one /),
    allowed_token_ids: ({ text }) => expect(text).toMatch(/^[a-d]{2}$/),
    truncate_prompt_tokens: ({ answer }) => expect(answer.usage.prompt_tokens).toBe(4),
    truncation_side: ({ answer }) => expect(answer.usage.prompt_tokens).toBe(4),
    return_token_ids: ({ answer }) => {
      expect(answer.prompt_token_ids).toHaveLength(answer.usage.prompt_tokens);
      expect(answer.choices[0]?.token_ids).toHaveLength(answer.usage.completion_tokens);
    },
    return_tokens_as_token_ids: ({ answer }) =>
      expect(answer.choices[0]?.logprobs?.content?.[0]?.token).toMatch(/^token_id:\d+$/),
    return_prompt_text: ({ answer }) => expect(answer.prompt_text).toMatch(/<\|im_start\|>user\ncount<\|im_end\|>/),
    logprob_token_ids: ({ answer }) => expect(answer.choices[0]?.logprobs?.content?.[0]?.top_logprobs).toHaveLength(3),
    prompt_logprobs: ({ answer }) => expect(answer.prompt_logprobs).toHaveLength(answer.usage.prompt_tokens),
    request_id: ({ answer }) => expect(answer.id).toBe('chatcmpl-mine-1'),
  },
};
