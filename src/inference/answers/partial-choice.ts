import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import type { ChatCompletion, FinishReason } from '../../api/chat-completion.ts';
import type { TokenLogprob } from '../../api/logprobs.ts';
import type { ToolCall } from '../../api/tool.ts';

type Piece = ChatCompletionChunk['choices'][number];
type Message = ChatCompletion['choices'][number]['message'];

/** What the pieces of one choice have added up to. */
export interface PartialChoice {
  text: string;
  /** Absent until the model reasons. */
  reasoning?: string;
  /** In the order of their indices. The last may still grow. */
  readonly calls: ToolCall[];
  /** Absent until a chunk reports log probabilities, be it of no token. */
  entries?: TokenLogprob[];
  finishReason?: FinishReason;
  stopReason?: string | number;
  /** Absent until a chunk has token ids. */
  tokenIds?: number[];
}

/** Adds a piece of a normalized stream: a call's first piece has everything but the rest of its arguments. */
export function addPiece(choice: PartialChoice, piece: Piece): void {
  const { delta, logprobs, finish_reason: reason, stop_reason: stopReason, token_ids: tokenIds } = piece;
  choice.text += delta.content ?? '';
  if (delta.reasoning_content) choice.reasoning = (choice.reasoning ?? '') + delta.reasoning_content;
  for (const { index, id = '', function: called } of delta.tool_calls ?? []) {
    const { name = '', arguments: text = '' } = called;
    const call = (choice.calls[index] ??= { id, type: 'function', function: { name, arguments: '' } });
    call.function.arguments += text;
  }
  if (logprobs?.content) choice.entries ??= [];
  for (const entry of logprobs?.content ?? []) choice.entries?.push(entry);
  if (reason) choice.finishReason = reason;
  if (stopReason !== undefined && stopReason !== null) choice.stopReason = stopReason;
  if (tokenIds) choice.tokenIds ??= [];
  for (const id of tokenIds ?? []) choice.tokenIds?.push(id);
}

/** The message of a plain answer. Beside calls, no text is null and not empty (wire rule R21). */
export function messageOf({ text, reasoning, calls }: PartialChoice): Message {
  return {
    role: 'assistant',
    content: calls.length > 0 && text === '' ? null : text,
    refusal: null,
    ...(reasoning !== undefined && { reasoning_content: reasoning, reasoning }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}
