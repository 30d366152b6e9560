import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import type { Usage } from '../../api/usage.ts';
import { brokenStream } from '../../engines/incomplete-answer.ts';
import { staged } from '../../lib/staged.ts';
import type { Identity } from './identity.ts';
import { createChoiceNormalizer } from './normalize-choice.ts';

type Choice = ChatCompletionChunk['choices'][number];

/**
 * An engine's stream as the contract wants it: one identity, one choice a chunk, each as `createChoiceNormalizer` says,
 * usage last. A stream that ends without a finish reason for every choice or without usage fails with `engine_error`:
 * neither is ever invented.
 */
export function normalize(
  chunks: AsyncIterable<ChatCompletionChunk>,
  identity: Identity,
  choiceCount: number,
): AsyncIterableIterator<ChatCompletionChunk> {
  const choices = Array.from({ length: choiceCount }, () => createChoiceNormalizer(brokenStream));
  const finished = new Set<number>();
  let hasUsage = false;

  const normalizeChoice = (choice: Choice): Choice[] => {
    const normalizer = choices[choice.index];
    if (!normalizer) throw brokenStream(`sent text for choice ${choice.index}, which nobody asked for`);
    if (choice.finish_reason) finished.add(choice.index);
    return normalizer(choice);
  };
  const { id, created, model } = identity;
  const chunkOf = (fingerprint: string | null, said: Choice[]): ChatCompletionChunk => ({
    id,
    created,
    model,
    object: 'chat.completion.chunk',
    system_fingerprint: fingerprint,
    choices: said,
  });

  return staged(chunks, {
    take(chunk) {
      if (hasUsage) throw brokenStream('sent more after its usage');
      const fingerprint = chunk.system_fingerprint ?? null;
      const out: ChatCompletionChunk[] = [];
      for (const choice of chunk.choices) {
        for (const piece of normalizeChoice(choice)) out.push(chunkOf(fingerprint, [piece]));
      }
      const [first] = out;
      if (first) Object.assign(first, promptExtras(chunk));
      if (chunk.usage && chunk.choices.length === 0) {
        hasUsage = true;
        if (finished.size < choiceCount) throw brokenStream('ended without a finish reason');
        out.push({ ...chunkOf(fingerprint, []), usage: summed(chunk.usage) });
      }
      return out;
    },
    end() {
      if (finished.size < choiceCount) throw brokenStream('ended without a finish reason');
      if (!hasUsage) throw brokenStream('ended without usage');
      return [];
    },
  });
}

/** What a chunk says of the prompt, which stands in the first that leaves; undefined where that is nothing. */
function promptExtras({ prompt_text: text, prompt_token_ids: ids, prompt_logprobs: logprobs }: ChatCompletionChunk) {
  if (text === undefined && !ids && !logprobs) return undefined;
  return {
    ...(text !== undefined && { prompt_text: text }),
    ...(ids && { prompt_token_ids: ids }),
    ...(logprobs && { prompt_logprobs: logprobs }),
  };
}

function summed(usage: Usage): Usage {
  return { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens };
}
