import { jsonFormat, matchingGrammar, oneOfGrammar, safeGrammar } from './output-dialects.ts';
import type { OutputDialect, Quirks } from './quirks.ts';
import { openAiFields, treat } from './treat.ts';

const output: OutputDialect = {
  json: jsonFormat,
  regex: (regex) => ({ grammar: matchingGrammar(regex) }),
  choice: (choice) => ({ grammar: oneOfGrammar(choice) }),
  grammar: (grammar) => ({ grammar: safeGrammar(grammar) }),
};

/** llama.cpp's server. https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md */
export const llamaServer: Quirks = {
  kind: 'llama-server',
  fields: treat(
    [
      ...openAiFields,
      'top_k',
      'min_p',
      'ignore_eos',
      'chat_template_kwargs',
      'add_generation_prompt',
      'continue_final_message',
    ],
    {
      n: 'emulated',
      repetition_penalty: { as: 'repeat_penalty' },
      thinking_budget: { as: 'thinking_budget_tokens' },
      documents: { as: 'chat_template_kwargs.documents' },
    },
  ),
  // Its own defaults are others (40, 0.05), and so may be those of its command line and of a model's file.
  neutral: { top_k: 0, min_p: 0, repetition_penalty: 1, frequency_penalty: 0, presence_penalty: 0 },
  output,
  // Its text completions pass over `response_format`, and say nothing.
  outputOfText: { ...output, json: ({ schema = { type: 'object' } }) => ({ json_schema: schema }) },
  // "logprobs is not supported with tools + stream".
  plainFor: [['logprobs', 'tools']],
  leastCandidates: { chat: 1, text: 1 },
  closesConnections: true,
  reasoningName: 'reasoning_content',
  knowsDeveloper: true,
  maxTokens: 'max_tokens',
  saltsCache: false,
  healthPath: '/health',
  checkSeconds: 5,
  completions: 'tokens',
  embeddings: ['base64'],
  tokens: 'llama-server',
  load: {
    path: '/metrics',
    running: ['llamacpp:requests_processing'],
    waiting: ['llamacpp:requests_deferred'],
    cacheUse: ['llamacpp:kv_cache_usage_ratio'],
  },
};
