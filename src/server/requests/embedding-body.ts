import type { EmbeddingRequest } from '../../api/embeddings.ts';
import type { Embeddings } from '../../inference/embed.ts';
import type { Turns } from '../../lib/turns.ts';

/** How long the event loop may be held before others have a turn. */
const sliceMs = 4;
/** Nine digits tell every 32-bit float from its neighbours. */
const digits = 9;

/**
 * The JSON text of an answer, in pieces. A list of vectors can be 100 MB of numbers, which to write at once would hold
 * the event loop for a second.
 */
export async function* embeddingBody(
  { model, encoding_format: format }: EmbeddingRequest,
  { vectors, promptTokens }: Embeddings,
  turns: Turns,
): AsyncGenerator<string> {
  yield '{"object":"list","data":[';
  await turns.take();
  let since = performance.now();
  for (const [index, vector] of vectors.entries()) {
    const embedding = format === 'base64' ? `"${vector}"` : numbersOf(vector);
    yield `${index > 0 ? ',' : ''}{"object":"embedding","index":${index},"embedding":${embedding}}`;
    if (performance.now() - since < sliceMs) continue;
    await turns.take();
    since = performance.now();
  }
  const usage = { prompt_tokens: promptTokens, total_tokens: promptTokens };
  yield `],"model":${JSON.stringify(model)},"usage":${JSON.stringify(usage)}}`;
}

function numbersOf(vector: string): string {
  const bytes = Uint8Array.from(Buffer.from(vector, 'base64'));
  const values = new Float32Array(bytes.buffer);
  return `[${Array.from(values, (value) => value.toPrecision(digits)).join(',')}]`;
}
