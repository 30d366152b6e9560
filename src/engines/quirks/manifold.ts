import { jsonFormat } from './output-dialects.ts';
import type { Quirks } from './quirks.ts';
import { treat, vllmFields } from './treat.ts';

/** Another Manifold, also one that is a worker (`manifold engine serve`): the contract itself. */
export const manifold: Quirks = {
  kind: 'manifold',
  fields: treat([...vllmFields, 'deterministic', 'keep_alive'], { thinking_budget: { as: 'thinking_token_budget' } }),
  output: {
    json: jsonFormat,
    regex: ({ pattern }) => ({ guided_regex: pattern }),
    choice: ({ choices }) => ({ guided_choice: choices }),
    grammar: ({ grammar }) => ({ guided_grammar: grammar }),
  },
  reasoningName: 'reasoning_content',
  knowsDeveloper: true,
  maxTokens: 'max_tokens',
  saltsCache: true,
  healthPath: '/v1/health/ready',
  checkSeconds: 5,
  completions: 'tokens',
  embeddings: ['dimensions', 'input_type', 'truncate', 'truncate_prompt_tokens', 'keep_alive', 'base64'],
  tokens: 'manifold',
};
