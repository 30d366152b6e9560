import { jsonFormat, oneOf } from './output-dialects.ts';
import type { Quirks } from './quirks.ts';
import { openAiFields, treat } from './treat.ts';

/** `trtllm-serve`. https://nvidia.github.io/TensorRT-LLM/commands/trtllm-serve/ */
export const tensorrtLlm: Quirks = {
  kind: 'tensorrt-llm',
  fields: treat([
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
  ]),
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
  saltsCache: true,
  healthPath: '/health',
  checkSeconds: 10,
  completions: 'tokens',
};
