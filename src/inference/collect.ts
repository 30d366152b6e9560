import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { ChatCompletion, FinishReason } from '../api/chat-completion.ts';
import type { TokenLogprob } from '../api/logprobs.ts';
import type { Usage } from '../api/usage.ts';
import { ManifoldError } from '../errors.ts';

/** What the chunks of one choice have added up to. */
interface PartialChoice {
  text: string;
  /** Absent until a chunk reports log probabilities, be it of no token. */
  entries?: TokenLogprob[];
  finishReason?: FinishReason;
}

/** The plain answer: a fold of the stream, so that both forms always agree. */
export async function collect(chunks: AsyncIterable<ChatCompletionChunk>): Promise<ChatCompletion> {
  const choices: (PartialChoice | undefined)[] = [];
  let usage: Usage | undefined;
  let last: ChatCompletionChunk | undefined;

  for await (const chunk of chunks) {
    last = chunk;
    usage = chunk.usage ?? usage;
    for (const { index, delta, logprobs, finish_reason } of chunk.choices) {
      const choice = (choices[index] ??= { text: '' });
      choice.text += delta.content ?? '';
      if (logprobs?.content) choice.entries ??= [];
      for (const entry of logprobs?.content ?? []) choice.entries?.push(entry);
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
      const logprobs = choice.entries ? { content: choice.entries, refusal: null } : null;
      return { index, message, logprobs, finish_reason: choice.finishReason };
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
