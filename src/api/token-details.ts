import { z } from 'zod';

/** What a choice, or a chunk's part of one, says beside the contract, in vLLM's words. */
export const choiceExtras = {
  /** The stop string or stop token that ended the choice; null when none did. In a stream: with the finish reason. */
  stop_reason: z.union([z.string(), z.int()]).nullish(),
  /** With `return_token_ids`: the tokens generated, the one that ended the answer included. */
  token_ids: z.array(z.int()).optional(),
};

/** A token of the prompt: how likely the model held it, and its place among all tokens, from 1. */
const promptLogprob = z.object({
  logprob: z.number(),
  rank: z.int(),
  decoded_token: z.string(),
  /** What the token is where that is no text by itself: a part of a character. */
  bytes: z.array(z.int()).optional(),
});

/** By token id: the token of the prompt at a place, and those likeliest there. Null for the first: nothing precedes it. */
export const promptLogprobs = z.array(z.record(z.string(), promptLogprob).nullable());
export type PromptLogprobs = z.infer<typeof promptLogprobs>;

/** What an answer says of its prompt, where asked; in a stream, in the first chunk. */
export const promptExtras = {
  prompt_text: z.string().optional(),
  prompt_token_ids: z.array(z.int()).optional(),
  prompt_logprobs: promptLogprobs.optional(),
};
