import { z } from 'zod';
import { optional, withDefault } from './optional-field.ts';

/** The most token ids, words or documents one field may list. */
const mostListed = 1024;
const tokenId = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);

/** The most alternatives beside each token of the prompt. */
const mostPromptLogprobs = 20;

/**
 * Fields of vLLM's dialect, which NIM's containers accept too, with vLLM's meaning. Whether a token id exists is for
 * the engine to say.
 */
export const dialectFields = {
  /** Whether the prompt ends where the assistant begins to speak. */
  add_generation_prompt: optional(z.boolean()).meta({ default: true }),
  /** The answer goes on from the last message, which is the assistant's. */
  continue_final_message: withDefault(z.boolean(), false),
  /** The content begins with that of the last message, if the assistant wrote it. */
  echo: withDefault(z.boolean(), false),
  stop_token_ids: withDefault(z.array(tokenId).max(mostListed), []),
  include_stop_str_in_output: withDefault(z.boolean(), false),
  bad_words: withDefault(z.array(z.string().max(256).regex(/\S/, 'A word has a letter at least.')).max(128), []),
  allowed_token_ids: optional(z.array(tokenId).max(2 ** 18)),
  /** Keeps so many tokens of the prompt; -1: as many as leave room for `max_tokens`. */
  truncate_prompt_tokens: optional(
    z
      .int()
      .min(-1)
      .refine((kept) => kept !== 0, 'Keep one token at least, or -1 for as many as fit.'),
  ),
  /** Which end of the prompt is cut off. */
  truncation_side: withDefault(z.enum(['left', 'right']), 'left'),
  return_token_ids: withDefault(z.boolean(), false),
  /** The prompt as the template rendered it. */
  return_prompt_text: withDefault(z.boolean(), false),
  return_tokens_as_token_ids: withDefault(z.boolean(), false),
  /** Tokens to report beside each token of the answer instead of the likeliest. */
  logprob_token_ids: withDefault(z.array(tokenId).max(128), []).meta({ description: 'Needs `logprobs: true`.' }),
  prompt_logprobs: optional(z.int().min(0).max(mostPromptLogprobs)),
  /** Narrows who shares what was computed for a prompt; it never widens it beyond the key. */
  cache_salt: optional(z.string().min(1).max(1024)),
  documents: optional(z.array(z.record(z.string(), z.string())).max(mostListed)),
  /** False: control tokens are part of the text, by their names. */
  skip_special_tokens: withDefault(z.boolean(), true),
  /** Requests of one session go to the same engine: there is one for each model. */
  session_id: optional(z.string().min(1).max(256)),
  /** Names the answer: its id is `chatcmpl-` and this. */
  request_id: optional(z.string().regex(/^[\w.:-]{1,128}$/, 'A request id is 1 to 128 letters, digits, `_.:-`.')),
};
