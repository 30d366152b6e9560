import { jsonFormat, oneOf } from './output-dialects.ts';
import type { Quirks } from './quirks.ts';
import { openAiFields, treat } from './treat.ts';

/** SGLang's OpenAI server. https://docs.sglang.ai/basic_usage/openai_api_completions.html */
export const sglang: Quirks = {
  kind: 'sglang',
  fields: treat(
    [
      ...openAiFields,
      'top_k',
      'min_p',
      'repetition_penalty',
      'min_tokens',
      'ignore_eos',
      'chat_template_kwargs',
      'priority',
      'continue_final_message',
      'stop_token_ids',
      'skip_special_tokens',
      'cache_salt',
    ],
    { include_stop_str_in_output: { as: 'no_stop_trim' } },
  ),
  // As in vLLM.
  neutral: { top_k: -1, min_p: 0, repetition_penalty: 1 },
  output: {
    json: jsonFormat,
    regex: ({ pattern }) => ({ regex: pattern }),
    choice: (output) => ({ regex: oneOf(output) }),
    grammar: ({ grammar }) => ({ ebnf: grammar }),
  },
  reasoningName: 'reasoning_content',
  knowsDeveloper: true,
  maxTokens: 'max_tokens',
  saltsCache: true,
  healthPath: '/health',
  checkSeconds: 10,
  completions: 'tokens',
  embeddings: ['dimensions'],
  tokens: 'sglang',
  load: {
    path: '/metrics',
    running: ['sglang:num_running_reqs'],
    waiting: ['sglang:num_queue_reqs'],
    cacheUse: ['sglang:token_usage'],
  },
};
