import { jsonFormat, oneOf } from './output-dialects.ts';
import type { Quirks } from './quirks.ts';
import { openAiFields, treat } from './treat.ts';

/**
 * `trtllm-serve`. https://nvidia.github.io/TensorRT-LLM/commands/trtllm-serve/; its fields:
 * https://github.com/NVIDIA/TensorRT-LLM/blob/main/tensorrt_llm/serve/openai_protocol.py; its figures:
 * https://github.com/NVIDIA/TensorRT-LLM/blob/main/tensorrt_llm/metrics/collector.py
 */
export const tensorrtLlm: Quirks = {
  kind: 'tensorrt-llm',
  fields: treat(
    [
      ...openAiFields,
      'top_k',
      'min_p',
      'repetition_penalty',
      'min_tokens',
      'ignore_eos',
      'chat_template_kwargs',
      'add_generation_prompt',
      'stop_token_ids',
      'include_stop_str_in_output',
      'truncate_prompt_tokens',
      'cache_salt',
      'documents',
      'skip_special_tokens',
    ],
    // It takes the field, and its model calls as often as it likes.
    { parallel_tool_calls: 'emulated' },
  ),
  output: {
    json: jsonFormat,
    regex: ({ pattern }) => ({ response_format: { type: 'regex', regex: pattern } }),
    choice: (output) => ({ response_format: { type: 'regex', regex: oneOf(output) } }),
    grammar: ({ grammar }) => ({ response_format: { type: 'ebnf', ebnf: grammar } }),
  },
  // Deltas of calls have repeated whole texts (NVIDIA/TensorRT-LLM#3280).
  plainFor: ['tools'],
  reasoningName: 'reasoning_content',
  knowsDeveloper: false,
  maxTokens: 'max_tokens',
  // Its text completions know no salt, and take no field that they do not know.
  saltsCache: 'chats',
  leastCandidates: { chat: 0, text: 1 },
  healthPath: '/health',
  checkSeconds: 10,
  completions: 'tokens',
  load: {
    // Only with `return_perf_metrics`, and these only with `enable_iter_perf_stats` and after its first answer (since
    // NVIDIA/TensorRT-LLM#12545). Its `/metrics`, which is JSON, forgets what it told: to look there is to take it from
    // whoever else does.
    path: '/prometheus/metrics',
    running: ['trtllm_num_requests_running'],
    waiting: ['trtllm_num_requests_waiting'],
    cacheUse: ['trtllm_kv_cache_utilization'],
    // The others are as its last step began, and stay so: at rest it goes on telling of requests that have ended.
    step: ['trtllm_iteration_latency_seconds'],
  },
};
