import { structuredOutputs } from './output-dialects.ts';
import type { Quirks } from './quirks.ts';
import { treat, vllmFields } from './treat.ts';

/** vLLM's OpenAI server. https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html */
export const vllm: Quirks = {
  kind: 'vllm',
  fields: treat(vllmFields, { thinking_budget: { as: 'thinking_token_budget' } }),
  // A model's `generation_config.json` counts where a request says nothing; newer versions read the last two there, too.
  neutral: { top_k: -1, min_p: 0, repetition_penalty: 1, frequency_penalty: 0, presence_penalty: 0 },
  output: structuredOutputs,
  // Its streams have no log probabilities of the prompt.
  plainFor: ['prompt_logprobs'],
  reasoningName: 'reasoning',
  knowsDeveloper: true,
  maxTokens: 'max_tokens',
  saltsCache: true,
  healthPath: '/health',
  checkSeconds: 10,
  completions: 'tokens',
  embeddings: ['dimensions', 'truncate_prompt_tokens', 'base64'],
  tokens: 'vllm',
  load: {
    path: '/metrics',
    running: ['vllm:num_requests_running'],
    waiting: ['vllm:num_requests_waiting'],
    cacheUse: ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc'],
  },
};
