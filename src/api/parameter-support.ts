import { emulated, honoured, refused, type ParameterTable } from './support-row.ts';

const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } }];
const begun = [
  { role: 'user', content: 'count' },
  { role: 'assistant', content: 'one' },
];

/**
 * Every parameter of `POST /v1/chat/completions`, by name. A field that is added to a schema or to the later
 * parameters needs its row here; `npm run check:generated` says so.
 */
export const parameterSupport: ParameterTable = {
  model: honoured({}, 'Which model answers.'),
  messages: honoured({}, 'The conversation; images need an engine that sees.'),
  temperature: honoured({ temperature: 1 }, '0 to 2; 0 always takes the likeliest token.'),
  top_p: honoured({ top_p: 0.5 }, '0 to 1.'),
  max_tokens: honoured({ max_tokens: 2 }, 'At most what the context leaves.'),
  max_completion_tokens: honoured({ max_completion_tokens: 2 }, 'The same as `max_tokens`, and goes before it.'),
  n: honoured({ n: 2 }, 'Choices; the prompt is read once.'),
  seed: honoured(
    { seed: 7 },
    'The same seed and request give the same randomness. An integer of 64 bits; of one beyond 53 bits the lower 52 count.',
  ),
  stop: honoured({ stop: ['three'] }, 'Up to 16 strings.'),
  stream: honoured({ stream: true }, 'Server-sent events.'),
  stream_options: honoured(
    { stream: true, stream_options: { include_usage: true } },
    '`include_usage`; other members have no effect and are named.',
  ),
  frequency_penalty: honoured({ frequency_penalty: 1 }, 'Counts the tokens of the answer.'),
  presence_penalty: honoured({ presence_penalty: 1 }, 'Looks at the tokens of the answer.'),
  logit_bias: honoured({ logit_bias: { 120: 10 } }, 'By token id.'),
  logprobs: honoured({ logprobs: true }, "The model's own values, whatever changes the choice."),
  top_logprobs: honoured({ logprobs: true, top_logprobs: 2 }, 'Up to 20.'),
  tools: honoured(
    { tools },
    'Calls are held to the parameters by a grammar; what no grammar can hold is named as emulated.',
  ),
  tool_choice: honoured({ tools, tool_choice: 'none' }, '`auto`, `none`, `required`, or a function.'),
  parallel_tool_calls: honoured({ tools, parallel_tool_calls: false }, 'False: one call at most.'),
  user: honoured({ user: 'someone' }, 'Accepted; nothing is kept by user.'),
  top_k: honoured({ top_k: 1 }, '0 or -1: the likeliest 1000.'),
  min_p: honoured({ min_p: 0.5 }, '0 to 1.'),
  repetition_penalty: honoured({ repetition_penalty: 1.2 }, 'Sees prompt and answer.'),
  min_tokens: honoured(
    { min_tokens: 2 },
    'Before, no end and no stop token is chosen, and no stop string ends the answer.',
  ),
  ignore_eos: honoured({ ignore_eos: true, max_tokens: 9 }, "The model's ends are not chosen."),
  priority: honoured({ priority: 3 }, 'Lower is sooner; at least 0.'),
  deterministic: honoured({ deterministic: true }, 'The same text to the last bit, on the CPU.'),
  keep_alive: honoured({ keep_alive: '5m' }, 'How long a local model stays loaded; negative: until put out.'),
  add_generation_prompt: honoured({ add_generation_prompt: false }, "False: no assistant's turn is begun."),
  continue_final_message: honoured(
    { messages: begun, continue_final_message: true },
    'The answer goes on from the last message.',
  ),
  echo: honoured(
    { messages: begun, continue_final_message: true, echo: true },
    'The content begins with the last message, if that is from the assistant.',
  ),
  stop_token_ids: honoured({ stop_token_ids: [120] }, 'Their text is left out.'),
  include_stop_str_in_output: honoured(
    { stop: ['three'], include_stop_str_in_output: true },
    'Keeps the stop string or token that ended the answer.',
  ),
  bad_words: honoured({ bad_words: ['one '] }, 'However tokens spell them, alone or after a space.'),
  allowed_token_ids: honoured({ allowed_token_ids: [97, 98], max_tokens: 2 }, 'Only these are chosen, ends included.'),
  truncate_prompt_tokens: honoured({ truncate_prompt_tokens: 4 }, '-1: as many as leave room for `max_tokens`.'),
  truncation_side: honoured(
    { truncate_prompt_tokens: 4, truncation_side: 'right' },
    'Which end is cut off: `left`, the default, or `right`.',
  ),
  return_token_ids: honoured({ return_token_ids: true }, '`prompt_token_ids`, and `token_ids` in each choice.'),
  return_tokens_as_token_ids: honoured(
    { logprobs: true, return_tokens_as_token_ids: true },
    'Log probabilities name tokens `token_id:7`.',
  ),
  return_prompt_text: honoured({ return_prompt_text: true }, '`prompt_text`: the prompt before it is cut to a length.'),
  logprob_token_ids: honoured(
    { logprobs: true, logprob_token_ids: [97, 98] },
    'Reported instead of the likeliest, with the chosen token.',
  ),
  prompt_logprobs: honoured({ prompt_logprobs: 1 }, 'Up to 20 beside each token; also in streams, in the first chunk.'),
  cache_salt: honoured({ cache_salt: 'mine' }, 'Narrows the sharing of prompts; it stays within a key anyway.'),
  documents: {
    ...honoured(
      { documents: [{ title: 'A', text: 'B' }] },
      "Where the model's template shows documents; else refused.",
    ),
    isConditional: true,
  },
  skip_special_tokens: honoured({ skip_special_tokens: false }, 'False: control tokens are part of the text.'),
  session_id: honoured({ session_id: 'one' }, 'A session stays with its engine: each model has one.'),
  request_id: honoured({ request_id: 'mine-1' }, 'The answer is called `chatcmpl-` and this.'),
  response_format: honoured(
    { response_format: { type: 'json_object' } },
    'What a schema asks beyond what can be held is named as emulated, or refused where it is `strict`.',
  ),
  guided_json: honoured({ guided_json: { type: 'object' } }, 'A strict schema, or its JSON text.'),
  guided_regex: honoured({ guided_regex: 'a{2}' }, 'The whole content matches.'),
  guided_choice: honoured({ guided_choice: ['a', 'b'] }, 'The content is one of them.'),
  guided_grammar: honoured({ guided_grammar: 'root ::= "a"' }, 'GBNF.'),
  guided_decoding_backend: emulated(
    { guided_regex: 'a{2}', guided_decoding_backend: 'outlines' },
    "Manifold's own engine enforces, whichever is named; `auto` is honoured.",
  ),
  structured_outputs: honoured(
    { structured_outputs: { regex: 'a{2}' } },
    "vLLM's form: one of `json`, `regex`, `choice`, `grammar`.",
  ),
  nvext: honoured({ nvext: { guided_regex: 'a{2}' } }, "NIM's place for the `guided_` fields."),
  reasoning_effort: {
    ...honoured(
      { reasoning_effort: 'none' },
      "In the words of the model's template; what it cannot grade is named as emulated. A model that does not reason refuses all but the least.",
    ),
    isConditional: true,
  },
  include_reasoning: honoured({ include_reasoning: false }, 'False: reasoning is left out of the answer.'),
  thinking_token_budget: {
    ...honoured(
      { thinking_token_budget: -1 },
      'Tokens after which reasoning is ended; refused by a model that does not reason.',
    ),
    isConditional: true,
  },
  max_thinking_tokens: {
    ...honoured({ max_thinking_tokens: -1 }, 'The same as `thinking_token_budget`.'),
    isConditional: true,
  },
  reasoning_budget: {
    ...honoured({ reasoning_budget: -1 }, 'The same as `thinking_token_budget`.'),
    isConditional: true,
  },
  chat_template_kwargs: {
    ...honoured(
      { chat_template_kwargs: { enable_thinking: false } },
      "What the model's template reads; other names are refused.",
    ),
    isConditional: true,
  },
  functions: refused({ functions: [{ name: 'f' }] }, 'Deprecated: send `tools`.'),
  function_call: refused({ function_call: { name: 'f' } }, 'Deprecated: send `tool_choice`.'),
  audio: refused({ audio: { voice: 'any' } }, 'Text only.'),
  modalities: refused({ modalities: ['text', 'audio'] }, 'Text only.'),
  prediction: refused({ prediction: { type: 'content', content: 'x' } }),
  web_search_options: refused({ web_search_options: {} }, 'Nothing is looked up.'),
  guided_whitespace_pattern: refused({ guided_whitespace_pattern: ' ' }, 'White space is what the grammar permits.'),
  structural_tag: refused({ structural_tag: {} }, 'Send `tools`.'),
  min_thinking_tokens: refused({ min_thinking_tokens: 8 }, 'A model is not made to think.'),
  chat_template: refused({ chat_template: '{{ messages }}' }, 'A template is code; clients send none.'),
  add_special_tokens: refused({ add_special_tokens: true }, 'The template writes them.'),
  best_of: refused({ best_of: 2 }),
  use_beam_search: refused({ use_beam_search: true }),
  length_penalty: refused({ length_penalty: 2 }, 'Belongs to beam search.'),
  early_stopping: refused({ early_stopping: true }, 'Belongs to beam search.'),
  spaces_between_special_tokens: refused({ spaces_between_special_tokens: false }),
  logits_processors: refused({ logits_processors: [{}] }, 'Code; clients send none.'),
  media_io_kwargs: refused({ media_io_kwargs: { image: {} } }, 'The server reads images itself.'),
  mm_processor_kwargs: refused({ mm_processor_kwargs: { size: 1 } }, 'The engine decides.'),
  return_mm_kwargs: refused({ return_mm_kwargs: true }),
  return_token_offsets: refused({ return_token_offsets: true }),
  kv_transfer_params: refused({ kv_transfer_params: {} }, 'For fleets.'),
  ec_transfer_params: refused({ ec_transfer_params: {} }, 'For fleets.'),
  vllm_xargs: refused({ vllm_xargs: { a: 1 } }, 'For plug-ins of vLLM.'),
  repetition_detection: refused({ repetition_detection: {} }),
  watermarking: refused({ watermarking: true }),
};
