/**
 * Makes chunks what the client asked to see: with `include_usage` a last chunk holding usage and no choices, and
 * `usage: null` before it; otherwise no usage and no chunk without choices.
 */
export function present<Chunk extends { readonly choices: readonly unknown[] }>(
  includeUsage: boolean,
): (chunk: Chunk) => Chunk | undefined {
  return (chunk) => {
    if (chunk.choices.length === 0) return includeUsage ? chunk : undefined;
    return includeUsage ? { ...chunk, usage: null } : chunk;
  };
}
