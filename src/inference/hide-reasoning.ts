import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';

type Choice = ChatCompletionChunk['choices'][number];

/**
 * A chunk without reasoning, and without the log probabilities that came with it, which would spell it out; undefined
 * where nothing is left. Usage still counts it.
 */
export function hideReasoning(chunk: ChatCompletionChunk): ChatCompletionChunk | undefined {
  if (chunk.choices.length === 0) return chunk;
  const choices = chunk.choices.flatMap(withoutReasoning);
  return choices.length > 0 ? { ...chunk, choices } : undefined;
}

function withoutReasoning(choice: Choice): Choice[] {
  const { reasoning_content: reasoning, ...delta } = choice.delta;
  if (reasoning === undefined) return [choice];
  const hasMore = Object.keys(delta).length > 0 || Boolean(choice.finish_reason);
  const isMixed = Boolean(delta.content) || delta.tool_calls !== undefined;
  return hasMore ? [{ ...choice, delta, logprobs: isMixed ? choice.logprobs : null }] : [];
}
