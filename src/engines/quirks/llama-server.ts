import { jsonFormat, oneOfGrammar } from './output-dialects.ts';
import type { Quirks } from './quirks.ts';
import { openAiFields, treat } from './treat.ts';

/** llama.cpp's server. https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md */
export const llamaServer: Quirks = {
  kind: 'llama-server',
  fields: treat([...openAiFields, 'top_k', 'min_p', 'ignore_eos', 'chat_template_kwargs', 'add_generation_prompt'], {
    n: 'emulated',
    repetition_penalty: { as: 'repeat_penalty' },
    reasoning_effort: { as: 'chat_template_kwargs.reasoning_effort' },
  }),
  output: {
    json: jsonFormat,
    choice: (output) => ({ grammar: oneOfGrammar(output) }),
    grammar: ({ grammar }) => ({ grammar }),
  },
  reasoningName: 'reasoning_content',
  knowsDeveloper: true,
  maxTokens: 'max_tokens',
  saltsCache: false,
  healthPath: '/health',
  checkSeconds: 5,
  completions: 'tokens',
  embeddings: ['base64'],
  tokens: 'llama-server',
};
