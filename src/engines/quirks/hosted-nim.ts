import { hostedEffort } from './hosted-thinking.ts';
import { jsonFormat } from './output-dialects.ts';
import type { Quirks } from './quirks.ts';
import { openAiFields, treat } from './treat.ts';

/** NVIDIA's hosted models. Each has a schema of its own, and none of them takes what is not in it. */
export const hostedNim: Quirks = {
  kind: 'hosted-nim',
  fields: treat(
    [...openAiFields, 'top_k', 'min_p', 'repetition_penalty', 'min_tokens', 'ignore_eos', 'chat_template_kwargs'],
    { n: 'emulated', thinking_budget: { as: 'reasoning_budget' } },
  ),
  effort: hostedEffort,
  output: { json: jsonFormat },
  checksJson: true,
  reasoningName: 'reasoning_content',
  knowsDeveloper: false,
  maxTokens: 'max_tokens',
  saltsCache: false,
  healthPath: '/v1/models',
  checkSeconds: 300,
  adaptsConcurrency: true,
  completions: 'text',
  embeddings: ['input_type', 'truncate'],
};
