import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';

type Choice = ChatCompletionChunk['choices'][number];

/** What is kept of a choice until it shows something. */
interface Held {
  readonly ids: number[];
  readonly logprobs: Choice['logprobs'];
}

/**
 * Takes the reasoning out of a stream, chunk by chunk: undefined where nothing is left. The log probabilities that came
 * with it go too, since they would spell it out. Usage still counts it, and so do token ids where they were asked for:
 * those of what is left out come with the next chunk of the choice.
 */
export function createReasoningHider(): (chunk: ChatCompletionChunk) => ChatCompletionChunk | undefined {
  const held = new Map<number, Held>();

  const hideIn = (choice: Choice): Choice[] => {
    const { index } = choice;
    const shown = withoutReasoning(choice);
    const before = held.get(index);
    const saysNothing = shown.finish_reason === null && Object.keys(shown.delta).length === 0;
    if (saysNothing && choice.delta.reasoning_content !== undefined) {
      held.set(index, added(before ?? { ids: [], logprobs: null }, shown));
      return [];
    }
    held.delete(index);
    return [before === undefined ? shown : joined(before, shown)];
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

/** Adds to the ids in place: reasoning is long. */
function added(held: Held, { token_ids: ids = [], logprobs }: Choice): Held {
  for (const id of ids) held.ids.push(id);
  return { ids: held.ids, logprobs: logprobs ?? held.logprobs };
}

function joined(before: Held, choice: Choice): Choice {
  const { ids, logprobs } = added(before, choice);
  return { ...choice, logprobs, ...(ids.length > 0 && { token_ids: ids }) };
}
