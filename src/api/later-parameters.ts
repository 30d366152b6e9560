import { isObject } from '../lib/is-object.ts';

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

export const always = () => true;
/** All but these values ask for something. */
export const unless =
  (...harmless: readonly unknown[]) =>
  (value: unknown) =>
    !harmless.includes(value);
const unlessEmpty = (value: unknown) => !(Array.isArray(value) && value.length === 0);
const unlessEmptyObject = (value: unknown) => !(isObject(value) && Object.keys(value).length === 0);

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
  guided_whitespace_pattern: { asks: always, schema: string },
  structural_tag: { asks: always, schema: { oneOf: [object, string] } },
  min_thinking_tokens: { asks: unless(0), schema: integer },
  audio: { asks: always, schema: object },
  modalities: {
    asks: (value) => !(Array.isArray(value) && value.every((item) => item === 'text')),
    schema: listOf(string),
  },
  prediction: { asks: always, schema: object },
  web_search_options: { asks: always, schema: object },
  // A template is code that would run on the server: this one is refused for good, not for now.
  chat_template: { asks: always, schema: string },
  add_special_tokens: { asks: unless(false), schema: boolean },
  best_of: { asks: unless(1), schema: integer },
  use_beam_search: { asks: unless(false), schema: boolean },
  length_penalty: { asks: unless(1), schema: { type: 'number' } },
  early_stopping: { asks: unless(false), schema: boolean },
  spaces_between_special_tokens: { asks: unless(true), schema: boolean },
  logits_processors: { asks: unlessEmpty, schema: listOf(object) },
  media_io_kwargs: { asks: unlessEmptyObject, schema: object },
  mm_processor_kwargs: { asks: unlessEmptyObject, schema: object },
  return_mm_kwargs: { asks: unless(false), schema: boolean },
  return_token_offsets: { asks: unless(false), schema: boolean },
  kv_transfer_params: { asks: always, schema: object },
  ec_transfer_params: { asks: always, schema: object },
  vllm_xargs: { asks: unlessEmptyObject, schema: object },
  repetition_detection: { asks: always, schema: object },
  watermarking: { asks: unless(false), schema: boolean },
};
