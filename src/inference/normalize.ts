import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { Usage } from '../api/usage.ts';
import { ManifoldError } from '../errors.ts';
import type { Identity } from './identity.ts';

type Choice = ChatCompletionChunk['choices'][number];

/**
 * An engine's stream as the contract wants it: one identity, `role` once per choice, nothing after a choice's
 * closing chunk, usage last. A stream that ends without a finish reason for every choice or without usage
 * fails with `engine_error`: neither is ever invented.
 */
export async function* normalize(
  chunks: AsyncIterable<ChatCompletionChunk>,
  identity: Identity,
  choiceCount: number,
): AsyncGenerator<ChatCompletionChunk> {
  const started = new Set<number>();
  const finished = new Set<number>();
  let hasUsage = false;

  const normalizeChoice = (choice: Choice): Choice => {
    const { index, finish_reason } = choice;
    if (index >= choiceCount || finished.has(index)) throw broken(`sent text for choice ${index}, which is closed`);
    if (finish_reason) finished.add(index);
    const { role: _, ...rest } = choice.delta;
    const delta = started.has(index) ? rest : { role: 'assistant' as const, ...rest };
    started.add(index);
    // Other engines leave `refusal` out.
    const logprobs = choice.logprobs ? { content: choice.logprobs.content ?? null, refusal: null } : null;
    return { index, delta, logprobs, finish_reason: finish_reason ?? null };
  };

  for await (const chunk of chunks) {
    if (hasUsage) throw broken('sent more after its usage');
    const head = {
      ...identity,
      object: 'chat.completion.chunk' as const,
      system_fingerprint: chunk.system_fingerprint ?? null,
    };
    if (chunk.choices.length > 0) yield { ...head, choices: chunk.choices.map(normalizeChoice) };
    if (chunk.usage && chunk.choices.length === 0) {
      hasUsage = true;
      if (finished.size < choiceCount) throw broken('ended without a finish reason');
      yield { ...head, choices: [], usage: summed(chunk.usage) };
    }
  }
  if (finished.size < choiceCount) throw broken('ended without a finish reason');
  if (!hasUsage) throw broken('ended without usage');
}

function summed(usage: Usage): Usage {
  return { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens };
}

function broken(what: string): ManifoldError {
  return new ManifoldError('engine_error', `The model's stream ${what}. The answer is incomplete; try again.`);
}
