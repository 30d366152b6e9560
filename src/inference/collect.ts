import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { ChatCompletion, FinishReason } from '../api/chat-completion.ts';
import type { Usage } from '../api/usage.ts';
import { ManifoldError } from '../errors.ts';

/** The plain answer: a fold of the stream, so that both forms always agree. */
export async function collect(chunks: AsyncIterable<ChatCompletionChunk>): Promise<ChatCompletion> {
  const choices: ({ text: string; finishReason?: FinishReason } | undefined)[] = [];
  let usage: Usage | undefined;
  let last: ChatCompletionChunk | undefined;

  for await (const chunk of chunks) {
    last = chunk;
    usage = chunk.usage ?? usage;
    for (const { index, delta, finish_reason } of chunk.choices) {
      const choice = (choices[index] ??= { text: '' });
      choice.text += delta.content ?? '';
      if (finish_reason) choice.finishReason = finish_reason;
    }
  }

  if (!last || !usage) throw incomplete('usage');
  return {
    id: last.id,
    object: 'chat.completion',
    created: last.created,
    model: last.model,
    system_fingerprint: last.system_fingerprint,
    choices: Array.from(choices, (choice, index) => {
      if (!choice?.finishReason) throw incomplete('a finish reason');
      const message = { role: 'assistant' as const, content: choice.text, refusal: null };
      return { index, message, logprobs: null, finish_reason: choice.finishReason };
    }),
    usage,
  };
}

function incomplete(what: string): ManifoldError {
  return new ManifoldError(
    'engine_error',
    `The model's stream ended without ${what}. The answer is incomplete; try again.`,
  );
}
