import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';

type Choice = ChatCompletionChunk['choices'][number];

/** Whether a client would miss this chunk: something said, or the end of a choice. A role alone is a preamble. */
export function bearsContent(chunk: ChatCompletionChunk): boolean {
  return chunk.choices.some((choice) => says(choice) || Boolean(choice.finish_reason));
}

/** Whether the model said something here: text, reasoning, or a piece of a call. */
export function says({ delta }: Choice): boolean {
  return (
    Boolean(delta.content) || Boolean(delta.reasoning_content ?? delta.reasoning) || (delta.tool_calls?.length ?? 0) > 0
  );
}

/** Whether a chunk says no more than that the engine is at work on what it does not let out yet. */
export function isSignOfLife({ choices, usage, ...rest }: ChatCompletionChunk): boolean {
  const { prompt_text: text, prompt_token_ids: ids, prompt_logprobs: logprobs } = rest;
  return choices.length === 0 && !usage && text === undefined && !ids && !logprobs;
}
