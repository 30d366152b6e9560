/**
 * The stream as the client asked to see it: with `include_usage` a last chunk holding usage and no choices,
 * and `usage: null` before it; otherwise no usage and no chunk without choices.
 */
export async function* present<Chunk extends { readonly choices: readonly unknown[] }>(
  chunks: AsyncIterable<Chunk>,
  includeUsage: boolean,
): AsyncGenerator<Chunk> {
  for await (const chunk of chunks) {
    if (chunk.choices.length > 0) yield includeUsage ? { ...chunk, usage: null } : chunk;
    else if (includeUsage) yield chunk;
  }
}
