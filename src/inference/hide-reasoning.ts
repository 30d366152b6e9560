import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';

type Choice = ChatCompletionChunk['choices'][number];

/**
 * Takes the reasoning out of a stream, chunk by chunk: undefined where nothing is left. The log probabilities that came
 * with it go too, since they would spell it out. Usage still counts it, and so do token ids where they were asked for:
 * those of what is left out come with the next chunk of the choice.
 */
export function createReasoningHider(): (chunk: ChatCompletionChunk) => ChatCompletionChunk | undefined {
  const held = new Map<number, Choice>();

  const hideIn = (choice: Choice): Choice[] => {
    const { index } = choice;
    const shown = joined(held.get(index), withoutReasoning(choice));
    const saysNothing = shown.finish_reason === null && Object.keys(shown.delta).length === 0;
    const isHeld = saysNothing && choice.delta.reasoning_content !== undefined;
    if (isHeld) held.set(index, shown);
    else held.delete(index);
    return isHeld ? [] : [shown];
  };

  return (chunk) => {
    if (chunk.choices.length === 0) return chunk;
    const choices = chunk.choices.flatMap(hideIn);
    return choices.length > 0 ? { ...chunk, choices } : undefined;
  };
}

function withoutReasoning(choice: Choice): Choice {
  const { reasoning_content: reasoning, ...delta } = choice.delta;
  if (reasoning === undefined) return choice;
  const isMixed = Boolean(delta.content) || delta.tool_calls !== undefined;
  // An empty list, and not null: log probabilities were asked for.
  const none = choice.logprobs && { content: [], refusal: null };
  return { ...choice, delta, logprobs: isMixed ? choice.logprobs : none };
}

function joined(before: Choice | undefined, choice: Choice): Choice {
  if (before === undefined) return choice;
  const ids = [...(before.token_ids ?? []), ...(choice.token_ids ?? [])];
  return { ...choice, logprobs: choice.logprobs ?? before.logprobs, ...(ids.length > 0 && { token_ids: ids }) };
}
