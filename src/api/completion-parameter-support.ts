import { parameterSupport } from './parameter-support.ts';
import { honoured, refused, type ParameterTable } from './support-row.ts';

/** What is a chat's alone, by its own part of the example there. */
const ofChats = (note: string, ...names: readonly string[]): ParameterTable =>
  Object.fromEntries(names.map((name) => [name, refused({ [name]: parameterSupport[name]?.example[name] }, note)]));

/** What means the same in a chat. */
const asInChats = (...names: readonly string[]): ParameterTable =>
  Object.fromEntries(Object.entries(parameterSupport).filter(([name]) => names.includes(name)));

const noTemplate = 'A bare prompt has no template. Send messages.';
const noTools = 'The answer to a bare prompt is plain text. Send messages.';
const noReasoning = 'The answer to a bare prompt is not read for reasoning. Send messages.';

/** Every parameter of `POST /v1/completions`, by name. */
export const completionParameterSupport: ParameterTable = {
  model: honoured({}, 'Which model goes on.'),
  prompt: honoured({}, 'A text or token ids, or a list of up to 128 of either; at most 128 choices in all.'),
  echo: honoured({ echo: true }, 'Each choice begins with its prompt, with `logprobs` those of its tokens too.'),
  logprobs: honoured({ logprobs: 2 }, '0 to 20 of the likeliest beside each token, and the token itself.'),
  max_tokens: honoured({ max_tokens: 2 }, 'Default 16; 0 with `echo`: nothing is generated.'),
  return_token_ids: honoured({ return_token_ids: true }, '`prompt_token_ids` and `token_ids` in each choice.'),
  prompt_logprobs: honoured(
    { prompt_logprobs: 1 },
    "In each choice, in vLLM's shape; also in streams, in a choice's first chunk.",
  ),
  logprob_token_ids: honoured(
    { logprobs: 0, logprob_token_ids: [97, 98] },
    'Reported instead of the likeliest, with the chosen token.',
  ),
  return_tokens_as_token_ids: honoured(
    { logprobs: 0, return_tokens_as_token_ids: true },
    'Log probabilities name tokens `token_id:7`.',
  ),
  request_id: honoured({ request_id: 'mine-1' }, 'The answer is called `cmpl-` and this.'),
  ...asInChats(
    'response_format',
    'guided_json',
    'guided_regex',
    'guided_choice',
    'guided_grammar',
    'guided_decoding_backend',
    'structured_outputs',
    'nvext',
    'temperature',
    'top_p',
    'n',
    'seed',
    'stop',
    'stream',
    'stream_options',
    'frequency_penalty',
    'presence_penalty',
    'logit_bias',
    'user',
    'top_k',
    'min_p',
    'repetition_penalty',
    'min_tokens',
    'ignore_eos',
    'priority',
    'deterministic',
    'keep_alive',
    'stop_token_ids',
    'include_stop_str_in_output',
    'bad_words',
    'allowed_token_ids',
    'truncate_prompt_tokens',
    'truncation_side',
    'cache_salt',
    'skip_special_tokens',
    'session_id',
  ),
  messages: refused({ messages: [{ role: 'user', content: 'x' }] }, 'Send them to `/v1/chat/completions`.'),
  max_completion_tokens: refused({ max_completion_tokens: 2 }, 'Send `max_tokens`.'),
  top_logprobs: refused({ top_logprobs: 2 }, 'Send `logprobs`, a number here.'),
  return_prompt_text: refused({ return_prompt_text: true }, 'Send `echo`.'),
  ...ofChats(noTools, 'tools', 'tool_choice', 'parallel_tool_calls', 'functions', 'function_call'),
  ...ofChats(noTemplate, 'add_generation_prompt', 'continue_final_message', 'documents', 'chat_template_kwargs'),
  ...ofChats(noReasoning, 'reasoning_effort', 'include_reasoning', 'thinking_token_budget', 'max_thinking_tokens'),
  ...ofChats(noReasoning, 'reasoning_budget', 'min_thinking_tokens'),
  suffix: refused({ suffix: 'end' }, 'Nothing is filled in between texts.'),
  best_of: refused({ best_of: 2 }),
  prompt_embeds: refused({ prompt_embeds: 'AAAA' }),
  add_special_tokens: refused({ add_special_tokens: false }, 'What a model wants before every text is always added.'),
  ...asInChats(
    'audio',
    'modalities',
    'prediction',
    'web_search_options',
    'guided_whitespace_pattern',
    'structural_tag',
    'chat_template',
    'use_beam_search',
    'length_penalty',
    'early_stopping',
    'spaces_between_special_tokens',
    'logits_processors',
    'media_io_kwargs',
    'mm_processor_kwargs',
    'return_mm_kwargs',
    'return_token_offsets',
    'kv_transfer_params',
    'ec_transfer_params',
    'vllm_xargs',
    'repetition_detection',
    'watermarking',
  ),
};
