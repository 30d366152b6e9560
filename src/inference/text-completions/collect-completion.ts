import type { Completion, CompletionChunk } from '../../api/completion.ts';
import type { Usage } from '../../api/usage.ts';
import { brokenStream } from '../../engines/incomplete-answer.ts';
import { joinLists } from './completion-logprobs.ts';

type Choice = CompletionChunk['choices'][number];

/** The plain text completion: a fold of the stream, so that both forms always agree. */
export async function collectCompletion(chunks: AsyncIterable<CompletionChunk>): Promise<Completion> {
  const choices: (Choice | undefined)[] = [];
  let usage: Usage | undefined;
  let last: CompletionChunk | undefined;
  for await (const chunk of chunks) {
    last = chunk;
    usage = chunk.usage ?? usage;
    for (const piece of chunk.choices) choices[piece.index] = added(choices[piece.index], piece);
  }
  if (!last || !usage) throw brokenStream('ended without usage');
  const { id, object, created, model, system_fingerprint } = last;
  return {
    id,
    object,
    created,
    model,
    system_fingerprint,
    choices: Array.from(choices, (choice) => {
      if (!choice?.finish_reason) throw brokenStream('ended without a finish reason');
      return { ...choice, finish_reason: choice.finish_reason };
    }),
    usage,
  };
}

function added(choice: Choice | undefined, piece: Choice): Choice {
  // A copy: what comes later is added to it.
  if (!choice) return { ...piece, ...(piece.token_ids && { token_ids: [...piece.token_ids] }) };
  choice.text += piece.text;
  const { logprobs: lists } = choice;
  choice.logprobs = lists && piece.logprobs ? joinLists(lists, piece.logprobs) : (lists ?? piece.logprobs);
  choice.finish_reason = piece.finish_reason;
  if (piece.stop_reason !== undefined) choice.stop_reason = piece.stop_reason;
  for (const id of piece.token_ids ?? []) (choice.token_ids ??= []).push(id);
  return choice;
}
