import { z } from 'zod';
import { optional, withDefault } from './optional-field.ts';
import { tokenIds } from './token-ids.ts';

/** More text takes an event loop too long; about 250,000 tokens of English. */
const longestText = 2 ** 20;

/** As in vLLM: absent, it is the one model that is served. */
const model = optional(z.string().min(1)).meta({ description: 'May be left out where one model is served.' });

/** The body of `POST /tokenize` with a text, in vLLM's shape. */
export const tokenizeTextRequest = z.object({
  model,
  prompt: z.string().max(longestText, `At most ${longestText} characters. Send the text in parts.`),
  add_special_tokens: withDefault(z.boolean(), true).meta({
    description: 'Whether what the model wants before every text is added, such as a token for its beginning.',
  }),
  return_token_strs: withDefault(z.boolean(), false),
});

/** What a body with messages has beside the fields of a chat. */
export const tokenizeChatFields = z.object({ model, return_token_strs: withDefault(z.boolean(), false) });

export const tokenizeResponse = z.object({
  count: z.int(),
  max_model_len: z.int().nullable(),
  tokens: z.array(z.int()),
  /** What the vocabulary calls each token; null unless asked for. */
  token_strs: z.array(z.string()).nullable(),
});

/** The body of `POST /detokenize`. */
export const detokenizeRequest = z.object({ model, tokens: tokenIds });
export const detokenizeResponse = z.object({ prompt: z.string() });

/** A request as the model would read it, in vLLM's words, and how it would be answered. */
export const renderedRequest = z.object({
  request_id: z.string(),
  model: z.string(),
  token_ids: z.array(z.int()),
  prompt_text: z.string(),
  sampling_params: z.record(z.string(), z.unknown()),
  stream: z.boolean(),
  priority: z.int(),
});
export type RenderedRequest = z.infer<typeof renderedRequest>;
