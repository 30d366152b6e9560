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
    if (chunk.choices.length > 0) yield includeUsage ? { ...chunk, usage: null } : chunk;
    else if (includeUsage) yield chunk;
  }
}
