import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { Usage } from '../api/usage.ts';
import { ManifoldError } from '../errors.ts';
import type { Identity } from './identity.ts';
import { createChoiceNormalizer } from './normalize-choice.ts';

type Choice = ChatCompletionChunk['choices'][number];

/**
 * An engine's stream as the contract wants it: one identity, one choice a chunk, each as `createChoiceNormalizer` says,
 * usage last. A stream that ends without a finish reason for every choice or without usage fails with `engine_error`:
 * neither is ever invented.
 */
export async function* normalize(
  chunks: AsyncIterable<ChatCompletionChunk>,
  identity: Identity,
  choiceCount: number,
): AsyncGenerator<ChatCompletionChunk> {
  const choices = Array.from({ length: choiceCount }, () => createChoiceNormalizer(broken));
  const finished = new Set<number>();
  let hasUsage = false;

  const normalizeChoice = (choice: Choice): Choice[] => {
    const normalizer = choices[choice.index];
    if (!normalizer) throw broken(`sent text for choice ${choice.index}, which nobody asked for`);
    if (choice.finish_reason) finished.add(choice.index);
    return normalizer(choice);
  };

  for await (const chunk of chunks) {
    if (hasUsage) throw broken('sent more after its usage');
    const head = {
      ...identity,
      object: 'chat.completion.chunk' as const,
      system_fingerprint: chunk.system_fingerprint ?? null,
    };
    let ofPrompt = promptExtras(chunk);
    for (const choice of chunk.choices) {
      for (const piece of normalizeChoice(choice)) {
        yield { ...head, choices: [piece], ...ofPrompt };
        ofPrompt = {};
      }
    }
    if (chunk.usage && chunk.choices.length === 0) {
      hasUsage = true;
      if (finished.size < choiceCount) throw broken('ended without a finish reason');
      yield { ...head, choices: [], usage: summed(chunk.usage) };
    }
  }
  if (finished.size < choiceCount) throw broken('ended without a finish reason');
  if (!hasUsage) throw broken('ended without usage');
}

/** What a chunk says of the prompt, which stands in the first that leaves. */
function promptExtras({ prompt_text: text, prompt_token_ids: ids, prompt_logprobs: logprobs }: ChatCompletionChunk) {
  return {
    ...(text !== undefined && { prompt_text: text }),
    ...(ids && { prompt_token_ids: ids }),
    ...(logprobs && { prompt_logprobs: logprobs }),
  };
}

function summed(usage: Usage): Usage {
  return { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens };
}

function broken(what: string): ManifoldError {
  return new ManifoldError('engine_error', `The model's stream ${what}. The answer is incomplete; try again.`);
}
