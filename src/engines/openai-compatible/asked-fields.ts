import type { EngineRequest } from '../../api/internal/engine-request.ts';
import type { Field } from '../quirks/quirks.ts';

/** Values that ask for nothing, beside absence and empty lists and objects. */
const harmless: ReadonlyMap<string, readonly unknown[]> = new Map(
  Object.entries({
    n: [1],
    frequency_penalty: [0],
    presence_penalty: [0],
    logprobs: [false],
    tool_choice: ['auto'],
    parallel_tool_calls: [true],
    top_k: [-1, 0],
    min_p: [0],
    repetition_penalty: [1],
    min_tokens: [0],
    ignore_eos: [false],
    priority: [0],
    deterministic: [false],
    add_generation_prompt: [true],
    continue_final_message: [false],
    echo: [false],
    include_stop_str_in_output: [false],
    truncation_side: ['left'],
    return_token_ids: [false],
    return_prompt_text: [false],
    return_tokens_as_token_ids: [false],
    skip_special_tokens: [true],
    stream: [false],
  } satisfies Partial<Record<Field, readonly unknown[]>>),
);

/** What every server gets in its own way. */
const apart: ReadonlySet<string> = new Set(['model', 'messages', 'prompt', 'output'] satisfies (keyof EngineRequest)[]);

/** The fields of a request that ask for something, with their values. Servers get no others. */
export function askedFields(request: EngineRequest): [Field, unknown][] {
  const asked: [Field, unknown][] = [];
  const mayCall = request.tools !== undefined && request.tools.length > 0 && request.tool_choice !== 'none';
  for (const name of Object.keys(request) as Field[]) {
    const value: unknown = request[name];
    if (value === undefined || value === null || apart.has(name) || isEmpty(value)) continue;
    // Without log probabilities there are none to rank.
    if (name === 'top_logprobs' && !request.logprobs) continue;
    // Where none can be made, they are as few as asked. OpenAI refuses the field without tools.
    if (name === 'parallel_tool_calls' && !mayCall) continue;
    if (harmless.get(name)?.includes(value) !== true) asked.push([name, value]);
  }
  return asked;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
