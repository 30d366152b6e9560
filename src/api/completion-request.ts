import { z } from 'zod';
import { chatCompletionRequest } from './chat-completion-request.ts';
import { mostTopLogprobs } from './logprobs.ts';
import { optional, withDefault } from './optional-field.ts';
import { prompts } from './prompts.ts';
import { structuredOutputFields } from './structured-output.ts';

/**
 * The body of `POST /v1/completions`: OpenAI's text completion with its defaults, and the fields of the chat route that
 * need no messages, with the same meaning.
 */
export const completionRequest = chatCompletionRequest
  .pick({
    model: true,
    n: true,
    seed: true,
    stop: true,
    stream: true,
    stream_options: true,
    frequency_penalty: true,
    presence_penalty: true,
    logit_bias: true,
    user: true,
    top_k: true,
    min_p: true,
    repetition_penalty: true,
    min_tokens: true,
    ignore_eos: true,
    priority: true,
    deterministic: true,
    keep_alive: true,
    stop_token_ids: true,
    include_stop_str_in_output: true,
    bad_words: true,
    allowed_token_ids: true,
    truncate_prompt_tokens: true,
    truncation_side: true,
    return_token_ids: true,
    return_tokens_as_token_ids: true,
    logprob_token_ids: true,
    prompt_logprobs: true,
    cache_salt: true,
    skip_special_tokens: true,
    session_id: true,
    request_id: true,
  })
  .extend({
    ...structuredOutputFields,
    prompt: prompts,
    temperature: withDefault(z.number().min(0).max(2), 1),
    top_p: withDefault(z.number().min(0).max(1), 1),
    /** 0 with `echo` only: the prompt comes back, and how many tokens it has. */
    max_tokens: withDefault(z.int().min(0), 16),
    /** The answer begins with its prompt. */
    echo: withDefault(z.boolean(), false),
    /** So many of the likeliest tokens beside each; 0: the chosen one alone. */
    logprobs: optional(z.int().min(0).max(mostTopLogprobs)),
  });
export type CompletionRequest = z.infer<typeof completionRequest>;
