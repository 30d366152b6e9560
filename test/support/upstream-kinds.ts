import type { UpstreamKind } from '../../src/api/internal/upstream-kinds.ts';
import type { Asked, Reply } from './scripted-upstream.ts';

/** How a kind of server behaves, as its documentation and its answers in the wild have it; not as Manifold believes. */
interface Behaviour {
  readonly health: string;
  /** Fields beside OpenAI's that it takes; others are a 400 in its shape. */
  readonly knows: readonly string[];
  /** Fields of OpenAI's that it does not take. */
  readonly lacks?: readonly string[];
  readonly refuse: (field: string) => { readonly status: number; readonly text: string };
  /** What it calls a thought in a stream. */
  readonly thought: string;
  readonly listing: object;
  /** Events after the last choice. */
  readonly usage: (counts: Counts) => readonly object[];
}

interface Counts {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

const openAi = [
  'model',
  'messages',
  'temperature',
  'top_p',
  'max_tokens',
  'n',
  'seed',
  'stop',
  'stream',
  'stream_options',
  'frequency_penalty',
  'presence_penalty',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
];

const vllmKnows = [
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
  'structured_outputs',
  'thinking_token_budget',
];

const list = (model: object) => ({ object: 'list', data: [{ id: 'served-name', object: 'model', ...model }] });
const openAiError = (field: string, code: unknown, type: string) =>
  JSON.stringify({ error: { message: `Unsupported parameter: ${field}`, type, param: field, code } });
const lastChunk = (counts: Counts) => [{ id: 'x', object: 'chat.completion.chunk', choices: [], usage: counts }];

export const behaviours: Readonly<Record<UpstreamKind, Behaviour>> = {
  vllm: {
    health: '/health',
    knows: vllmKnows,
    refuse: (field) => ({ status: 400, text: openAiError(field, 400, 'BadRequestError') }),
    thought: 'reasoning',
    listing: list({ owned_by: 'vllm', root: '/models/a', parent: null, max_model_len: 4096 }),
    usage: lastChunk,
  },
  sglang: {
    health: '/health',
    knows: [
      'top_k',
      'min_p',
      'repetition_penalty',
      'min_tokens',
      'ignore_eos',
      'chat_template_kwargs',
      'priority',
      'continue_final_message',
      'stop_token_ids',
      'no_stop_trim',
      'skip_special_tokens',
      'cache_salt',
      'regex',
      'ebnf',
    ],
    refuse: (field) => ({
      status: 400,
      text: JSON.stringify({
        object: 'error',
        message: `${field}: extra fields not permitted`,
        type: 'Bad Request',
        code: 400,
      }),
    }),
    thought: 'reasoning_content',
    listing: list({ owned_by: 'sglang', max_model_len: 8192 }),
    usage: lastChunk,
  },
  'tensorrt-llm': {
    health: '/health',
    knows: [
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
    ],
    refuse: (field) => ({
      status: 422,
      text: JSON.stringify({
        detail: [{ type: 'extra_forbidden', loc: ['body', field], msg: 'Extra inputs are not permitted' }],
      }),
    }),
    thought: 'reasoning_content',
    listing: list({ owned_by: 'tensorrt_llm' }),
    usage: lastChunk,
  },
  nim: {
    health: '/v1/health/ready',
    knows: vllmKnows,
    refuse: (field) => ({ status: 400, text: openAiError(field, 400, 'BadRequestError') }),
    thought: 'reasoning_content',
    listing: list({ owned_by: 'system', root: 'served-name', parent: null, max_model_len: 131_072, permission: [] }),
    // Its first chunks tell what was counted so far.
    usage: (counts) => [
      {
        id: 'x',
        object: 'chat.completion.chunk',
        choices: [],
        usage: { ...counts, completion_tokens: 1, total_tokens: counts.prompt_tokens + 1 },
      },
      ...lastChunk(counts),
    ],
  },
  'hosted-nim': {
    health: '/v1/models',
    knows: [
      'top_k',
      'min_p',
      'repetition_penalty',
      'min_tokens',
      'ignore_eos',
      'chat_template_kwargs',
      'reasoning_budget',
    ],
    refuse: (field) => ({
      status: 400,
      text: JSON.stringify({ status: 400, title: 'Bad Request', detail: `Unsupported parameter(s): ${field}` }),
    }),
    thought: 'reasoning_content',
    listing: list({ owned_by: 'nvidia', created: 735_790_403 }),
    // Usage beside choices, in the last chunk.
    usage: (counts) => [
      {
        id: 'x',
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta: { content: '' }, finish_reason: null }],
        usage: counts,
      },
    ],
  },
  ollama: {
    health: '/v1/models',
    knows: [],
    lacks: ['n', 'logprobs', 'top_logprobs', 'logit_bias', 'tool_choice', 'parallel_tool_calls'],
    refuse: (field) => ({
      status: 400,
      text: JSON.stringify({
        error: { message: `unknown ${field}`, type: 'invalid_request_error', param: null, code: null },
      }),
    }),
    thought: 'reasoning',
    listing: { object: 'list', data: [{ id: 'served-name:latest', object: 'model', created: 1, owned_by: 'library' }] },
    usage: lastChunk,
  },
  'llama-server': {
    health: '/health',
    knows: [
      'top_k',
      'min_p',
      'repeat_penalty',
      'ignore_eos',
      'chat_template_kwargs',
      'add_generation_prompt',
      'continue_final_message',
      'thinking_budget_tokens',
      'grammar',
    ],
    lacks: ['n'],
    refuse: (field) => ({
      status: 400,
      text: JSON.stringify({ error: { code: 400, message: `unknown field ${field}`, type: 'invalid_request_error' } }),
    }),
    thought: 'reasoning_content',
    listing: { models: [], ...list({ owned_by: 'llamacpp', meta: { n_ctx_train: 32_768, n_vocab: 100 } }) },
    usage: (counts) => [{ ...lastChunk(counts)[0], timings: { prompt_n: counts.prompt_tokens, predicted_n: 3 } }],
  },
  manifold: {
    health: '/v1/health/ready',
    knows: [...vllmKnows, 'deterministic', 'keep_alive', 'guided_regex', 'guided_choice', 'guided_grammar'],
    refuse: (field) => ({
      status: 400,
      text: openAiError(field, 'unsupported_parameter', 'invalid_request_error'),
    }),
    thought: 'reasoning_content',
    listing: list({ owned_by: 'manifold', max_model_len: 1024, manifold: { state: 'ready', embedding: null } }),
    usage: lastChunk,
  },
  openai: {
    health: '/v1/models',
    knows: [],
    refuse: (field) => ({ status: 400, text: openAiError(field, 'unknown_parameter', 'invalid_request_error') }),
    thought: 'reasoning_content',
    listing: list({ owned_by: 'openai' }),
    usage: lastChunk,
  },
};

/** What a server of a kind says to a request: it thinks, says `one two three`, or makes the call that is offered. */
export function answerAs(kind: UpstreamKind, { path, body }: Asked): Reply {
  const { health, knows, lacks = [], refuse, thought, listing, usage } = behaviours[kind];
  if (path === 'GET /v1/models') return { text: JSON.stringify(listing) };
  if (path === `GET ${health}`) return { text: '{"status":"ok"}' };
  if (path !== 'POST /v1/chat/completions') return { status: 404, text: '{"detail":"Not Found"}' };
  const known = new Set([...openAi.filter((name) => !lacks.includes(name)), ...knows]);
  const unknown = Object.keys(body).find((name) => !known.has(name));
  if (unknown !== undefined) return refuse(unknown);
  const count = typeof body['n'] === 'number' ? body['n'] : 1;
  const counts = { prompt_tokens: 5, completion_tokens: 4 * count, total_tokens: 5 + 4 * count };
  const texts = textsFor(body);
  if (body['stream'] !== true) {
    const message = { role: 'assistant', content: texts.join(''), [thought]: 'hm' };
    const choices = Array.from({ length: count }, (_, index) => ({ index, message, finish_reason: 'stop' }));
    return { text: JSON.stringify({ id: 'x', object: 'chat.completion', choices, usage: counts }) };
  }
  const event = (index: number, delta: object, finish_reason: string | null = null) => ({
    id: 'x',
    object: 'chat.completion.chunk',
    choices: [{ index, delta, finish_reason }],
  });
  const events = Array.from({ length: count }, (_, index) => [
    event(index, { role: 'assistant', content: '' }),
    event(index, { [thought]: 'hm' }),
    ...texts.map((content) => event(index, { content })),
    event(index, {}, 'stop'),
  ]).flat();
  return { events: [...events, ...usage(counts)] };
}

/** Texts that are what the examples of constraints ask for. */
function textsFor(body: Asked['body']): readonly string[] {
  const { response_format: format, ...others } = body;
  const wanted = ['structured_outputs', 'regex', 'guided_regex', 'grammar'].map((name) => others[name]);
  const asked = JSON.stringify([format, ...wanted]);
  if (asked.includes('"json')) return ['{"a"', ':1}'];
  if (['a{2}', '[a]){2}'].some((repeated) => asked.includes(repeated))) return ['a', 'a'];
  const names = ['structured_outputs', 'regex', 'ebnf', 'grammar', 'guided_choice', 'guided_grammar'];
  return format !== undefined || names.some((name) => name in others) ? ['a'] : ['one ', 'two ', 'three'];
}
