import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import { bearsContent, isSignOfLife } from '../bears-content.ts';
import type { Used } from '../engine.ts';
import { brokenStream } from '../incomplete-answer.ts';
import type { Reading } from './reading.ts';

/** Chunks before the first content are held back, so that another replica can begin anew and leave no trace. */
export function createChatReading(choiceCount: number): Reading<ChatCompletionChunk> {
  let held: ChatCompletionChunk[] = [];
  let isFlowing = false;
  /** Content came that the engine keeps until it has all of it. */
  let isAtWork = false;
  let hasUsage = false;
  let used: Used | undefined;
  const finished = new Set<number>();

  return {
    take(chunk) {
      for (const { index, finish_reason: reason } of chunk.choices) if (reason) finished.add(index);
      if (chunk.usage)
        used = { promptTokens: chunk.usage.prompt_tokens, completionTokens: chunk.usage.completion_tokens };
      if (chunk.usage && chunk.choices.length === 0) hasUsage = true;
      if (isFlowing) return [chunk];
      if (isSignOfLife(chunk)) {
        isAtWork = true;
        return [];
      }
      held.push(chunk);
      if (!bearsContent(chunk)) return [];
      isFlowing = true;
      const all = held;
      held = [];
      return all;
    },
    hasContent: () => isFlowing || isAtWork,
    isCommitted: () => isFlowing,
    isWhole: () => hasUsage && finished.size >= choiceCount,
    end() {
      if (finished.size > 0) return held;
      const what = isFlowing ? 'ended without a finish reason' : 'ended before it said anything';
      throw brokenStream(what);
    },
    used: () => used,
    restart() {
      used = undefined;
      held = [];
      isAtWork = false;
      hasUsage = false;
      finished.clear();
    },
  };
}
