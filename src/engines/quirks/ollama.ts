import { jsonFormat } from './output-dialects.ts';
import type { Quirks } from './quirks.ts';
import { treat } from './treat.ts';

/** Ollama's OpenAI API. https://github.com/ollama/ollama/blob/main/docs/api/openai-compatibility.mdx */
export const ollama: Quirks = {
  kind: 'ollama',
  fields: treat(['reasoning_effort'], { n: 'emulated' }),
  // A Modelfile may have others.
  neutral: { frequency_penalty: 0, presence_penalty: 0 },
  output: { json: jsonFormat },
  // Its text completions pass over `response_format`, and say nothing.
  outputOfText: {},
  reasoningName: 'reasoning',
  knowsDeveloper: false,
  maxTokens: 'max_tokens',
  saltsCache: false,
  healthPath: '/v1/models',
  checkSeconds: 10,
  completions: 'text',
  embeddings: ['dimensions', 'base64'],
};
