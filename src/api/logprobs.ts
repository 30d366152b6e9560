import { z } from 'zod';

const tokenProbability = z.object({
  /** The token's text. Bytes that are no characters by themselves stand as U+FFFD; `bytes` has the true ones. */
  token: z.string(),
  /** Natural logarithm of the probability; finite, at least -9999 (wire rule R42). */
  logprob: z.number(),
  /** What the token adds to the text; null for a token that adds nothing, such as a control token. */
  bytes: z.array(z.int().min(0).max(255)).nullable(),
});

/** One token of the answer, and beside it the tokens that were likeliest in its place. */
export const tokenLogprob = tokenProbability.extend({ top_logprobs: z.array(tokenProbability) });
export type TokenLogprob = z.infer<typeof tokenLogprob>;

/** The log probabilities of a choice, or of what one chunk adds to it. Null where none were asked for. */
export const logprobs = z.object({ content: z.array(tokenLogprob).nullable(), refusal: z.null() }).nullable();
export type Logprobs = z.infer<typeof logprobs>;

/** The most alternatives a client may ask for beside each token. */
export const mostTopLogprobs = 20;
