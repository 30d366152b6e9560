import { z } from 'zod';
import { choiceExtras, promptExtras } from './token-details.ts';
import { usage } from './usage.ts';

/**
 * The log probabilities of a text completion, in OpenAI's older shape: lists with one place for each token. Bytes that
 * are no characters by themselves stand as `bytes:\xe2\x80`, so that no two tokens share a name.
 */
export const completionLogprobs = z
  .object({
    tokens: z.array(z.string()),
    /** Natural logarithms, at least -9999. Null where nothing comes before the token. */
    token_logprobs: z.array(z.number().nullable()),
    /** The likeliest tokens in its place, and the token itself. */
    top_logprobs: z.array(z.record(z.string(), z.number()).nullable()),
    /** Where each token begins in the choice's text, in characters. */
    text_offset: z.array(z.int().nonnegative()),
  })
  .nullable();
export type CompletionLogprobs = z.infer<typeof completionLogprobs>;

const completionFinishReason = z.enum(['stop', 'length', 'content_filter']);
export type CompletionFinishReason = z.infer<typeof completionFinishReason>;

const head = {
  id: z.string(),
  object: z.literal('text_completion'),
  created: z.int(),
  model: z.string(),
  system_fingerprint: z.string().nullable(),
};
const choice = {
  index: z.int(),
  text: z.string(),
  logprobs: completionLogprobs,
  ...choiceExtras,
  /** Each choice tells of its prompt, as in vLLM: there may be several. In a stream, its first chunk does. */
  prompt_token_ids: promptExtras.prompt_token_ids,
  prompt_logprobs: promptExtras.prompt_logprobs,
};

/** The plain answer: the choices of the first prompt, then those of the next. */
export const completion = z.object({
  ...head,
  choices: z.array(z.object({ ...choice, finish_reason: completionFinishReason })),
  usage,
});
export type Completion = z.infer<typeof completion>;

/** One streamed piece; `finish_reason` is null until a choice's last. */
export const completionChunk = z.object({
  ...head,
  choices: z.array(z.object({ ...choice, finish_reason: completionFinishReason.nullable() })),
  usage: usage.nullish(),
});
export type CompletionChunk = z.infer<typeof completionChunk>;
