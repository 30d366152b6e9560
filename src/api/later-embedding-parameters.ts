import { always, unless, type LaterParameter } from './later-parameters.ts';

const string = { type: 'string' };
const boolean = { type: 'boolean' };

/** Parameters of NVIDIA's and vLLM's embeddings that are not honoured: asking for one is an error that names it. */
export const laterEmbeddingParameters: Readonly<Record<string, LaterParameter>> = {
  modality: {
    asks: (value) => [value].flat().some((each) => each !== 'text'),
    schema: { oneOf: [string, { type: 'array', items: string }] },
  },
  embedding_type: { asks: unless('float'), schema: string },
  messages: { asks: always, schema: { type: 'array', items: { type: 'object' } } },
  add_special_tokens: { asks: unless(true), schema: boolean },
  truncation_side: { asks: always, schema: string },
  embed_dtype: { asks: unless('float32'), schema: string },
  endianness: { asks: unless('native', 'little'), schema: string },
  normalize: { asks: unless(true), schema: boolean },
  use_activation: { asks: unless(true), schema: boolean },
  // A template is code that would run on the server.
  chat_template: { asks: always, schema: string },
  chat_template_kwargs: { asks: always, schema: { type: 'object' } },
  mm_processor_kwargs: { asks: always, schema: { type: 'object' } },
  cache_salt: { asks: always, schema: string },
  priority: { asks: unless(0), schema: { type: 'integer' } },
};
