import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import type { ChatCompletion } from '../../api/chat-completion.ts';
import type { Usage } from '../../api/usage.ts';
import { brokenStream } from '../../engines/incomplete-answer.ts';
import { addPiece, messageOf, type PartialChoice } from './partial-choice.ts';

/** The plain answer: a fold of the stream, so that both forms always agree. */
export async function collect(chunks: AsyncIterable<ChatCompletionChunk>): Promise<ChatCompletion> {
  const choices: (PartialChoice | undefined)[] = [];
  let usage: Usage | undefined;
  let last: ChatCompletionChunk | undefined;
  const ofPrompt: Pick<ChatCompletion, 'prompt_text' | 'prompt_token_ids' | 'prompt_logprobs'> = {};

  for await (const chunk of chunks) {
    last = chunk;
    usage = chunk.usage ?? usage;
    if (chunk.prompt_text !== undefined) ofPrompt.prompt_text = chunk.prompt_text;
    if (chunk.prompt_token_ids) ofPrompt.prompt_token_ids = chunk.prompt_token_ids;
    if (chunk.prompt_logprobs) ofPrompt.prompt_logprobs = chunk.prompt_logprobs;
    for (const piece of chunk.choices) addPiece((choices[piece.index] ??= { text: '', calls: [] }), piece);
  }

  if (!last || !usage) throw brokenStream('ended without usage');
  return {
    id: last.id,
    object: 'chat.completion',
    created: last.created,
    model: last.model,
    system_fingerprint: last.system_fingerprint,
    choices: Array.from(choices, (choice, index) => {
      if (!choice?.finishReason) throw brokenStream('ended without a finish reason');
      const message = messageOf(choice);
      const logprobs = choice.entries ? { content: choice.entries, refusal: null } : null;
      return {
        index,
        message,
        logprobs,
        finish_reason: choice.finishReason,
        stop_reason: choice.stopReason ?? null,
        ...(choice.tokenIds && { token_ids: choice.tokenIds }),
      };
    }),
    usage,
    ...ofPrompt,
  };
}
