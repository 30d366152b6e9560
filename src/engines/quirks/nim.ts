import type { Quirks } from './quirks.ts';
import { vllm } from './vllm.ts';

/** A NIM container of the 2.x line: vLLM or SGLang behind NVIDIA's proxy, which passes its fields on. */
export const nim: Quirks = {
  ...vllm,
  kind: 'nim',
  reasoningName: 'reasoning_content',
  healthPath: '/v1/health/ready',
  embeddings: ['dimensions', 'input_type', 'truncate', 'base64'],
};
