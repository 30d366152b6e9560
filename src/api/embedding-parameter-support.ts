import { honoured, refused, type ParameterTable } from './support-row.ts';

/** Every parameter of `POST /v1/embeddings`, by name. */
export const embeddingParameterSupport: ParameterTable = {
  model: honoured({}, 'Which model embeds.'),
  input: honoured({ input: ['hello', 'the model'] }, 'A text or token ids, or a list of up to 2048 of either.'),
  encoding_format: honoured({ encoding_format: 'base64' }, '`float`, or `base64` of 32-bit floats.'),
  dimensions: honoured({ dimensions: 16 }, "The model's size, or one that its configuration lists; else refused."),
  user: honoured({ user: 'someone' }, 'Accepted; nothing is kept by user.'),
  input_type: honoured(
    { input_type: 'query' },
    'Puts the prefix of the configuration before texts; where there is none, named as emulated.',
  ),
  truncate: honoured({ truncate: 'END' }, '`NONE`, `START` or `END`: what is cut off a text that is too long.'),
  truncate_prompt_tokens: honoured({ truncate_prompt_tokens: 4 }, 'Tokens kept of each input; -1: as many as fit.'),
  keep_alive: honoured({ keep_alive: '5m' }, 'How long a local model stays loaded; negative: until put out.'),
  modality: refused({ modality: 'image' }, 'Text only.'),
  embedding_type: refused({ embedding_type: 'int8' }, 'Values are floats.'),
  messages: refused({ messages: [{ role: 'user', content: 'x' }] }, 'Send `input`.'),
  add_special_tokens: refused({ add_special_tokens: false }, 'What a model was trained to read is always added.'),
  truncation_side: refused({ truncation_side: 'left' }, 'Send `truncate`.'),
  embed_dtype: refused({ embed_dtype: 'float16' }, 'Values are 32-bit floats.'),
  endianness: refused({ endianness: 'big' }, 'Values are little-endian.'),
  normalize: refused({ normalize: false }, 'Vectors have length 1.'),
  use_activation: refused({ use_activation: false }),
  chat_template: refused({ chat_template: '{{ messages }}' }, 'A template is code; clients send none.'),
  chat_template_kwargs: refused({ chat_template_kwargs: { a: 1 } }, 'There is no template.'),
  mm_processor_kwargs: refused({ mm_processor_kwargs: { size: 1 } }, 'Text only.'),
  cache_salt: refused({ cache_salt: 'mine' }, 'Nothing is kept of a text.'),
  priority: refused({ priority: 3 }, 'Requests are served as they come.'),
};
