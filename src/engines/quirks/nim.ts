import type { Quirks } from './quirks.ts';
import { vllm } from './vllm.ts';

/** A NIM container of the 2.x line: vLLM or SGLang behind NVIDIA's proxy, which passes its fields on. */
export const nim: Quirks = {
  ...vllm,
  kind: 'nim',
  reasoningName: 'reasoning_content',
  healthPath: '/v1/health/ready',
  load: {
    path: '/v1/metrics',
    // vLLM's own in the 2.x line.
    running: ['vllm:num_requests_running', 'num_requests_running'],
    waiting: ['vllm:num_requests_waiting', 'num_requests_waiting'],
    cacheUse: ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc', 'gpu_cache_usage_perc'],
  },
  embeddings: ['dimensions', 'input_type', 'truncate', 'base64'],
};
