import { always, unless, type LaterParameter } from './later-parameters.ts';

/** What text completions of other servers take and this one does not, beside what is refused everywhere. */
export const laterCompletionParameters: Readonly<Record<string, LaterParameter>> = {
  suffix: { asks: unless(''), schema: { type: 'string' } },
  best_of: { asks: unless(1), schema: { type: 'integer' } },
  prompt_embeds: { asks: always, schema: { type: 'string' } },
  // What a model wants before every text is always added.
  add_special_tokens: { asks: unless(true), schema: { type: 'boolean' } },
};
