import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';

type Choice = ChatCompletionChunk['choices'][number];

/**
 * The same stream without reasoning, and without the log probabilities that came with it, which would spell it out.
 * Usage still counts it.
 */
export async function* hideReasoning(chunks: AsyncIterable<ChatCompletionChunk>): AsyncGenerator<ChatCompletionChunk> {
  for await (const chunk of chunks) {
    if (chunk.choices.length === 0) yield chunk;
    const choices = chunk.choices.flatMap(withoutReasoning);
    if (choices.length > 0) yield { ...chunk, choices };
  }
}

function withoutReasoning(choice: Choice): Choice[] {
  const { reasoning_content: reasoning, ...delta } = choice.delta;
  if (reasoning === undefined) return [choice];
  const hasMore = Object.keys(delta).length > 0 || Boolean(choice.finish_reason);
  const isMixed = Boolean(delta.content) || delta.tool_calls !== undefined;
  return hasMore ? [{ ...choice, delta, logprobs: isMixed ? choice.logprobs : null }] : [];
}
