import type { EmbeddingEvent } from '../../api/internal/embedding-event.ts';
import { missingEmbedding } from '../incomplete-answer.ts';
import type { Reading } from './reading.ts';

/**
 * Vectors are let out as they come and leave the server together, so another replica can begin anew at any time: its
 * vectors replace those that were let out. None of the earlier ones may be left over at the end.
 */
export function createEmbedReading(): Reading<EmbeddingEvent> {
  const current = new Set<number>();
  const replaced = new Set<number>();
  let promptTokens = 0;
  return {
    take(event) {
      promptTokens += event.prompt_tokens;
      current.add(event.index);
      replaced.delete(event.index);
      return [event];
    },
    hasContent: () => current.size > 0,
    isCommitted: () => false,
    isWhole: () => false,
    end() {
      if (replaced.size === 0) return [];
      throw missingEmbedding();
    },
    used: () => (promptTokens > 0 ? { promptTokens, completionTokens: 0 } : undefined),
    restart() {
      promptTokens = 0;
      for (const index of current) replaced.add(index);
      current.clear();
    },
  };
}
