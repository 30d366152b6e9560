import type { ChatCompletionChunk, Delta } from '../../api/chat-completion-chunk.ts';
import type { FinishReason } from '../../api/chat-completion.ts';
import { createCallOrder } from './call-order.ts';

type Choice = ChatCompletionChunk['choices'][number];

/** Turns the pieces of one choice into what a client gets of them, in order. */
export type ChoiceNormalizer = (choice: Choice) => Choice[];

/**
 * One choice of an engine's stream as the contract wants it: `role` once, nothing after the closing chunk, calls in
 * order and named once, none of them an empty list, and a finish reason that tells of them. Throws what `fail` makes
 * of anything that breaks this.
 */
export function createChoiceNormalizer(fail: (what: string) => Error): ChoiceNormalizer {
  const calls = createCallOrder(fail);
  let hasStarted = false;
  let hasFinished = false;

  const deltaOf = ({ content, refusal, tool_calls: pieces, reasoning_content, reasoning: other }: Delta): Delta => {
    // Of its two names an engine may use either, or both.
    const reasoning = reasoning_content ?? other;
    const ordered = pieces ? calls.take(pieces) : [];
    const delta: Delta = {};
    if (!hasStarted) delta.role = 'assistant';
    // Engines send null beside calls; in a delta, what is not there is left out.
    if (typeof content === 'string') delta.content = content;
    if (reasoning) delta.reasoning_content = reasoning;
    if (ordered.length > 0) delta.tool_calls = ordered;
    if (refusal === null) delta.refusal = refusal;
    hasStarted = true;
    return delta;
  };

  /** Calls end in `tool_calls` (wire rule R22) where they are whole; one that was cut never looks whole (R23). */
  const reasonOf = (reason: FinishReason): FinishReason => {
    if (reason === 'tool_calls' && calls.count() === 0) throw fail('ended for calls it never made');
    return reason === 'stop' && calls.count() > 0 && calls.areWhole() ? 'tool_calls' : reason;
  };

  return (choice) => {
    const { index, finish_reason: reason } = choice;
    if (hasFinished) throw fail(`sent text for choice ${index}, which is closed`);
    hasFinished = Boolean(reason);
    const delta = deltaOf(choice.delta);
    // Other engines leave `refusal` out.
    const logprobs = choice.logprobs ? { content: choice.logprobs.content ?? null, refusal: null } : null;
    const ids = choice.token_ids && { token_ids: choice.token_ids };
    if (!reason) return [{ index, delta, logprobs, finish_reason: null, ...ids }];

    const finish_reason = reasonOf(reason);
    // Only an engine that says its calls are complete has them completed here.
    const closing = reason === 'tool_calls' ? calls.close() : [];
    // Other engines leave the stop reason out.
    const stop_reason = choice.stop_reason ?? null;
    if (closing.length === 0) return [{ index, delta, logprobs, finish_reason, stop_reason, ...ids }];
    const isEmpty = Object.keys(delta).length === 0 && logprobs === null;
    return [
      ...(isEmpty ? [] : [{ index, delta, logprobs, finish_reason: null }]),
      { index, delta: { tool_calls: closing }, logprobs: null, finish_reason: null },
      { index, delta: {}, logprobs: null, finish_reason, stop_reason, ...ids },
    ];
  };
}
