import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';

/** A chunk with reasoning under both of its names: some clients read the one, some the other, and none reads both. */
export function nameReasoning(chunk: ChatCompletionChunk): ChatCompletionChunk {
  if (chunk.choices.every(({ delta }) => delta.reasoning_content === undefined)) return chunk;
  return {
    ...chunk,
    choices: chunk.choices.map((choice) => {
      const { reasoning_content: reasoning } = choice.delta;
      return reasoning === undefined ? choice : { ...choice, delta: { ...choice.delta, reasoning } };
    }),
  };
}
