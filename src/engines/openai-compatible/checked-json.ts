import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';

type Open = () => Promise<AsyncIterable<ChatCompletionChunk>>;

/**
 * The answer of a server that may not hold to JSON: it is heard to its end, and asked for once more if some choice
 * that ended by itself is none. Whether it satisfies its schema is checked later, for every engine alike.
 */
export async function checkedJson(open: Open): Promise<AsyncIterable<ChatCompletionChunk>> {
  const first = await open();
  return (async function* checked() {
    const chunks = await Array.fromAsync(first);
    yield* isJson(chunks) ? chunks : await Array.fromAsync(await open());
  })();
}

function isJson(chunks: readonly ChatCompletionChunk[]): boolean {
  const texts = new Map<number, string>();
  for (const { choices } of chunks) {
    for (const { index, delta, finish_reason: reason } of choices) {
      const text = (texts.get(index) ?? '') + (delta.content ?? '');
      texts.set(index, text);
      const isToBeJson = reason === 'stop' && text !== '';
      if (isToBeJson && !parses(text)) return false;
    }
  }
  return true;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
