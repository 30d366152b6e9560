import { z } from 'zod';

/** Ids that whoever uses them checks one by one, so that long lists are gone through once. */
const tokens = z.custom<readonly number[]>(Array.isArray);
const names = z.custom<readonly string[]>(Array.isArray);

/** Asks an engine host for the tokens of a text, as a bare prompt has them. */
export const tokenizeCall = z.object({
  text: z.string(),
  /** Whether what the model wants before every text is added, such as a token for its beginning. */
  addsSpecialTokens: z.boolean(),
  /** Whether `names` is wanted too. */
  isNamed: z.boolean(),
});
export type TokenizeCall = z.infer<typeof tokenizeCall>;

/** Token ids, and what the vocabulary calls each of them if that was asked for. */
export const tokenized = z.object({ tokens, names: names.optional() });
export type Tokenized = z.infer<typeof tokenized>;

export const detokenizeCall = z.object({ tokens });
export const detokenized = z.object({ text: z.string() });

/** A request's prompt as the model reads it: the text of a template or the client's own, and its tokens. */
export const rendered = tokenized.extend({ text: z.string() });
export type Rendered = z.infer<typeof rendered>;
