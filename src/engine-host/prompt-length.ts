import type { EngineRequest } from '../api/internal/engine-request.ts';
import { invalidValue, ManifoldError } from '../errors.ts';
import type { PromptSegment } from '../formats/chat-template.ts';

/** Texts with more characters per token are blanks or no language; nothing is tokenized beyond it, which holds up everyone. */
export const mostCharactersPerToken = 64;

/** The most entries that log probabilities of a prompt may have together: they leave in one chunk, of about a megabyte. */
const mostEntries = 20_000;

type Asked = Pick<EngineRequest, 'prompt' | 'prompt_logprobs' | 'truncate_prompt_tokens' | 'truncation_side'>;

/**
 * What of a prompt has to be tokenized. Throws for one that is far too long; where the request wants it cut, leaves out what
 * would be cut off in any case.
 */
export function promptWithinReach(
  segments: readonly PromptSegment[],
  contextLength: number,
  { prompt, truncate_prompt_tokens: asked, truncation_side: side }: Asked,
): readonly PromptSegment[] {
  const most = contextLength * mostCharactersPerToken;
  const characters = segments.reduce((sum, { text }) => sum + text.length, 0);
  if (characters <= most) return segments;
  if (asked === undefined) throw tooLong(contextLength, prompt, `has ${characters} characters`);
  const within: PromptSegment[] = [];
  let rest = most;
  for (const segment of side === 'left' ? segments.toReversed() : segments) {
    if (rest <= 0) break;
    const text = side === 'left' ? segment.text.slice(-rest) : segment.text.slice(0, rest);
    within.push({ ...segment, text });
    rest -= text.length;
  }
  return side === 'left' ? within.toReversed() : within;
}

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
  if (tokens >= contextLength) throw tooLong(contextLength, prompt, `takes ${tokens}`);
  if (logprobs === undefined || tokens * (logprobs + 1) <= mostEntries) return;
  const most = Math.floor(mostEntries / tokens) - 1;
  const advice = most < 0 ? 'Shorten the prompt.' : `For a prompt of ${tokens} tokens ask for ${most} at most.`;
  throw invalidValue('prompt_logprobs', `too much to report. ${advice}`);
}

function tooLong(contextLength: number, prompt: Asked['prompt'], what: string): ManifoldError {
  const param = prompt === undefined ? 'messages' : 'prompt';
  // "maximum context length" is what LangChain and others look for in the message.
  const message = `This model's maximum context length is ${contextLength} tokens and \`${param}\` ${what}; send less.`;
  return new ManifoldError('context_length_exceeded', message, { param });
}
