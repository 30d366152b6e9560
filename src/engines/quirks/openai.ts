import { jsonFormat } from './output-dialects.ts';
import type { Quirks } from './quirks.ts';
import { openAiFields, treat } from './treat.ts';

/** Any other server with OpenAI's API: no more than that is asked of it. */
export const openai: Quirks = {
  kind: 'openai',
  fields: treat(openAiFields),
  output: { json: jsonFormat },
  outputOfText: {},
  knowsDeveloper: true,
  // Servers of every age know this one; newer models of OpenAI's refuse it.
  maxTokens: 'max_tokens',
  learns: true,
  saltsCache: false,
  healthPath: '/v1/models',
  checkSeconds: 30,
  completions: 'text',
  embeddings: ['dimensions', 'base64'],
};
