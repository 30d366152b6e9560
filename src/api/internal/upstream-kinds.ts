/** The servers that Manifold knows how to stand in front of; `openai` is any other that speaks OpenAI's API. */
export const upstreamKinds = [
  'vllm',
  'sglang',
  'tensorrt-llm',
  'nim',
  'hosted-nim',
  'ollama',
  'llama-server',
  'manifold',
  'openai',
] as const;
export type UpstreamKind = (typeof upstreamKinds)[number];
