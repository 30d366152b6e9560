import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';

/** Hardly any token has more letters. */
const longestToken = 16;
/** Of a token, on average. */
const lettersPerToken = 4;

/**
 * About how many tokens a piece of a choice is, one that says something: one as a rule. Some engines send several at a
 * time, and what piles up while a reader is slow leaves joined.
 */
export function tokensIn({ delta }: ChatCompletionChunk['choices'][number]): number {
  const { content, reasoning_content: thought = delta.reasoning, tool_calls: calls = [] } = delta;
  const letters = calls.reduce(
    (sum, call) => sum + (call.function.arguments?.length ?? 0),
    (content?.length ?? 0) + (thought?.length ?? 0),
  );
  return letters > longestToken ? Math.ceil(letters / lettersPerToken) : 1;
}
