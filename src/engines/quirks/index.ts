import type { UpstreamKind } from '../../api/internal/upstream-kinds.ts';
import { hostedNim } from './hosted-nim.ts';
import { llamaServer } from './llama-server.ts';
import { manifold } from './manifold.ts';
import { nim } from './nim.ts';
import { ollama } from './ollama.ts';
import { openai } from './openai.ts';
import type { Quirks } from './quirks.ts';
import { sglang } from './sglang.ts';
import { tensorrtLlm } from './tensorrt-llm.ts';
import { vllm } from './vllm.ts';

/** What is known of each kind of server. */
export const quirksOf: Readonly<Record<UpstreamKind, Quirks>> = {
  vllm,
  sglang,
  'tensorrt-llm': tensorrtLlm,
  nim,
  'hosted-nim': hostedNim,
  ollama,
  'llama-server': llamaServer,
  manifold,
  openai,
};
