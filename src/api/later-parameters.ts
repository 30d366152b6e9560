/**
 * Parameters of the contract and of known dialects that are not honoured yet. Asking for one is an error that
 * names it, never a silent loss; `null` and values that ask for nothing pass.
 */
export interface LaterParameter {
  /** Whether this value asks for something. `null` and absence never do. */
  readonly asks: (value: unknown) => boolean;
  /** JSON Schema for the API document. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** For a deprecated field: the one that took its place. */
  readonly instead?: string;
}

const always = () => true;
const unless =
  (...harmless: readonly unknown[]) =>
  (value: unknown) =>
    !harmless.includes(value);
const unlessEmpty = (value: unknown) => !(Array.isArray(value) && value.length === 0);
const unlessEmptyObject = (value: unknown) => !(isRecord(value) && Object.keys(value).length === 0);
const without = (value: unknown, name: string) =>
  isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)) : value;
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const object = { type: 'object' };
const string = { type: 'string' };
const boolean = { type: 'boolean' };
const integer = { type: 'integer' };
const listOf = (items: object) => ({ type: 'array', items });

export const laterParameters: Readonly<Record<string, LaterParameter>> = {
  functions: { asks: unlessEmpty, schema: listOf(object), instead: 'tools' },
  function_call: {
    asks: unless('none', 'auto'),
    schema: { oneOf: [string, object] },
    instead: 'tool_choice',
  },
  response_format: {
    asks: (value) => !(isRecord(value) && value['type'] === 'text'),
    schema: {
      type: 'object',
      properties: { type: { type: 'string', enum: ['text', 'json_object', 'json_schema'] }, json_schema: object },
    },
  },
  guided_json: { asks: always, schema: { oneOf: [object, string] } },
  guided_regex: { asks: always, schema: string },
  guided_choice: { asks: always, schema: listOf(string) },
  guided_grammar: { asks: always, schema: string },
  guided_decoding_backend: { asks: always, schema: string },
  structured_outputs: { asks: always, schema: object },
  // Its budget is honoured.
  nvext: { asks: (value) => unlessEmptyObject(without(value, 'max_thinking_tokens')), schema: object },
  min_thinking_tokens: { asks: unless(0), schema: integer },
  prompt_logprobs: { asks: always, schema: integer },
  audio: { asks: always, schema: object },
  modalities: {
    asks: (value) => !(Array.isArray(value) && value.every((item) => item === 'text')),
    schema: listOf(string),
  },
  prediction: { asks: always, schema: object },
  web_search_options: { asks: always, schema: object },
  // A template is code that would run on the server: this one is refused for good, not for now.
  chat_template: { asks: always, schema: string },
  documents: { asks: unlessEmpty, schema: listOf(object) },
  add_generation_prompt: { asks: unless(true), schema: boolean },
  continue_final_message: { asks: unless(false), schema: boolean },
  add_special_tokens: { asks: unless(false), schema: boolean },
  echo: { asks: unless(false), schema: boolean },
  best_of: { asks: unless(1), schema: integer },
  use_beam_search: { asks: unless(false), schema: boolean },
  length_penalty: { asks: unless(1), schema: { type: 'number' } },
  early_stopping: { asks: unless(false), schema: boolean },
  stop_token_ids: { asks: unlessEmpty, schema: listOf(integer) },
  include_stop_str_in_output: { asks: unless(false), schema: boolean },
  bad_words: { asks: unlessEmpty, schema: listOf(string) },
  allowed_token_ids: { asks: unlessEmpty, schema: listOf(integer) },
  logprob_token_ids: { asks: unlessEmpty, schema: listOf(integer) },
  skip_special_tokens: { asks: unless(true), schema: boolean },
  spaces_between_special_tokens: { asks: unless(true), schema: boolean },
  truncate_prompt_tokens: { asks: always, schema: integer },
  return_token_ids: { asks: unless(false), schema: boolean },
  return_tokens_as_token_ids: { asks: unless(false), schema: boolean },
  logits_processors: { asks: unlessEmpty, schema: listOf(object) },
  media_io_kwargs: { asks: unlessEmptyObject, schema: object },
  mm_processor_kwargs: { asks: unlessEmptyObject, schema: object },
  kv_transfer_params: { asks: always, schema: object },
  vllm_xargs: { asks: unlessEmptyObject, schema: object },
  repetition_detection: { asks: always, schema: object },
  watermarking: { asks: unless(false), schema: boolean },
};
