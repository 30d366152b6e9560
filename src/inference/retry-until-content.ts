import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import { ManifoldError } from '../errors.ts';
import { bearsContent } from './bears-content.ts';

const attempts = 2;

/**
 * The engine's stream, opened again once when the engine is lost before the first content. Chunks without
 * content are held back until then, so that a second attempt leaves no trace.
 */
export async function* retryUntilContent(
  open: () => Promise<AsyncIterable<ChatCompletionChunk>>,
  signal: AbortSignal,
): AsyncGenerator<ChatCompletionChunk> {
  for (let attempt = 1; ; attempt++) {
    const held: ChatCompletionChunk[] = [];
    let isFlowing = false;
    try {
      for await (const chunk of await open()) {
        if (!isFlowing && !bearsContent(chunk)) {
          held.push(chunk);
          continue;
        }
        if (!isFlowing) {
          isFlowing = true;
          yield* held;
        }
        yield chunk;
      }
      if (!isFlowing) yield* held;
      return;
    } catch (failure) {
      const mayRetry = !isFlowing && attempt < attempts && !signal.aborted && isLostEngine(failure);
      if (!mayRetry) throw failure;
    }
  }
}

function isLostEngine(failure: unknown): boolean {
  return failure instanceof ManifoldError && failure.code === 'engine_disconnected';
}
