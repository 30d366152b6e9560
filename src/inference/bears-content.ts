import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';

/** Whether a client would miss this chunk: text, or the end of a choice. A role alone is a preamble. */
export function bearsContent(chunk: ChatCompletionChunk): boolean {
  return chunk.choices.some((choice) => Boolean(choice.delta.content) || Boolean(choice.finish_reason));
}
