import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';

/**
 * The stream as the client asked to see it: with `include_usage` a last chunk holding usage and no choices,
 * and `usage: null` before it; otherwise no usage and no chunk without choices.
 */
export async function* present(
  chunks: AsyncIterable<ChatCompletionChunk>,
  includeUsage: boolean,
): AsyncGenerator<ChatCompletionChunk> {
  for await (const chunk of chunks) {
    const shown = withBothNames(chunk);
    if (chunk.choices.length > 0) yield includeUsage ? { ...shown, usage: null } : shown;
    else if (includeUsage) yield chunk;
  }
}

/** Reasoning under both of its names: some clients read the one, some the other, and none reads both. */
function withBothNames(chunk: ChatCompletionChunk): ChatCompletionChunk {
  if (chunk.choices.every(({ delta }) => delta.reasoning_content === undefined)) return chunk;
  return {
    ...chunk,
    choices: chunk.choices.map((choice) => {
      const { reasoning_content: reasoning } = choice.delta;
      return reasoning === undefined ? choice : { ...choice, delta: { ...choice.delta, reasoning } };
    }),
  };
}
