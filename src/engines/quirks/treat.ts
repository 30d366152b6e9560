import type { Field, Treatment } from './quirks.ts';

/** Fields that need nothing of an engine. */
const always = {
  temperature: 'sent',
  top_p: 'sent',
  max_tokens: 'sent',
  // One limit of tokens is left when a request reaches an engine, and one budget.
  max_completion_tokens: 'ours',
  thinking_token_budget: 'ours',
  max_thinking_tokens: 'ours',
  reasoning_budget: 'ours',
  stop: 'sent',
  stream: 'ours',
  stream_options: 'ours',
  include_reasoning: 'ours',
  user: 'ours',
  request_id: 'ours',
  session_id: 'ours',
  tools: 'sent',
  frequency_penalty: 'sent',
  presence_penalty: 'sent',
  seed: 'sent',
} as const satisfies Partial<Record<Field, Treatment>>;

export const openAiFields = [
  'n',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning_effort',
] as const satisfies readonly Field[];

/** What vLLM takes: OpenAI's fields and its own. */
export const vllmFields = [
  ...openAiFields,
  'top_k',
  'min_p',
  'repetition_penalty',
  'min_tokens',
  'ignore_eos',
  'chat_template_kwargs',
  'priority',
  'add_generation_prompt',
  'continue_final_message',
  'echo',
  'stop_token_ids',
  'include_stop_str_in_output',
  'bad_words',
  'allowed_token_ids',
  'truncate_prompt_tokens',
  'truncation_side',
  'return_token_ids',
  'return_prompt_text',
  'return_tokens_as_token_ids',
  'logprob_token_ids',
  'prompt_logprobs',
  'cache_salt',
  'documents',
  'skip_special_tokens',
] as const satisfies readonly Field[];

/** Fields that a kind of server knows, or does not. */
const others = [...vllmFields, 'deterministic', 'keep_alive', 'thinking_budget'] as const satisfies readonly Field[];

type Other = (typeof others)[number];

/** The treatments of all fields: those `sent` as they are, those with a treatment of their own, all others refused. */
export function treat(
  sent: readonly Other[],
  own: Readonly<Partial<Record<Other, Treatment>>> = {},
): Readonly<Record<Field, Treatment>> {
  const refused = Object.fromEntries(others.map((name) => [name, 'refused'])) as Record<Other, Treatment>;
  const known = Object.fromEntries(sent.map((name) => [name, 'sent']));
  return { ...always, ...refused, ...known, ...own };
}
