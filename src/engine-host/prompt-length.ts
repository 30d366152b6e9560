import type { EngineRequest } from '../api/internal/engine-request.ts';
import { invalidValue, ManifoldError } from '../errors.ts';

/** The most entries that log probabilities of a prompt may have together: they leave in one chunk, of about a megabyte. */
const mostEntries = 20_000;

type Asked = Pick<EngineRequest, 'prompt' | 'prompt_logprobs' | 'truncate_prompt_tokens' | 'truncation_side'>;

/**
 * The prompt cut to the length the request wants. As in vLLM, -1 wants all that leaves room for the answer, or for one
 * token where none is wanted: a prompt is always shorter than the context. Throws where an answer as long as that leaves
 * no room for any prompt.
 */
export function truncatePrompt(
  prompt: Int32Array,
  { truncate_prompt_tokens: asked, truncation_side: side }: Asked,
  { contextLength, maxTokens }: { readonly contextLength: number; readonly maxTokens: number },
): Int32Array {
  if (asked === undefined) return prompt;
  const most = asked === -1 ? contextLength - Math.max(1, maxTokens) : asked;
  if (most < 1) {
    const problem = `an answer of ${maxTokens} tokens leaves no room for a prompt in a context of ${contextLength}.`;
    throw invalidValue('truncate_prompt_tokens', `${problem} Lower \`max_tokens\`.`);
  }
  if (prompt.length <= most) return prompt;
  return side === 'left' ? prompt.slice(prompt.length - most) : prompt.slice(0, most);
}

/** Throws when the prompt is empty, longer than the context, or too long for what is asked about it. */
export function checkPrompt(tokens: number, contextLength: number, { prompt, prompt_logprobs: logprobs }: Asked): void {
  const param = prompt === undefined ? 'messages' : 'prompt';
  if (tokens === 0) throw new ManifoldError('invalid_prompt', `\`${param}\` holds no text.`, { param });
  if (tokens >= contextLength) {
    throw new ManifoldError(
      'context_length_exceeded',
      // "maximum context length" is what LangChain and others look for in the message.
      `This model's maximum context length is ${contextLength} tokens and \`${param}\` takes ${tokens}; send less.`,
      { param },
    );
  }
  if (logprobs === undefined || tokens * (logprobs + 1) <= mostEntries) return;
  const most = Math.floor(mostEntries / tokens) - 1;
  const advice = most < 0 ? 'Shorten the prompt.' : `For a prompt of ${tokens} tokens ask for ${most} at most.`;
  throw invalidValue('prompt_logprobs', `too much to report. ${advice}`);
}
