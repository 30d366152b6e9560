import type { PromptState } from '../answer/prompt-state.ts';
import type { MessageSyntax, OutputFormat } from '../output-format.ts';
import type { GrammarParts } from './rules.ts';

/** The header of a message that holds reasoning, after `assistant`. */
export function reasoningHeader({ channel, reasoningChannel, reasoningRecipient, body }: MessageSyntax): string {
  const address = channel === undefined ? ` to=${reasoningRecipient ?? ''}` : `${channel}${reasoningChannel ?? ''}`;
  return `${address}${body}`;
}

/**
 * Rules for the reasoning that may stand before what the model has to write, or that has to be finished before it
 * where the prompt opened it. `space`: a rule for white space after it. Empty where there is none.
 */
export function reasoningBefore(
  { messages, reasoning }: OutputFormat,
  start: PromptState,
  { builder, literal, addTextUntil }: GrammarParts,
  space: string,
): string {
  if (messages) {
    const end = messages.ends[0] ?? '';
    const next = literal(`${end}${messages.start}assistant`);
    if (start.isReasoning) return `${addTextUntil(end)} ${next}`;
    return `${builder.add('reasoning', `${literal(reasoningHeader(messages))} ${addTextUntil(end)} ${next}`)}?`;
  }
  if (!reasoning) return '';
  const rest = `${addTextUntil(reasoning.close)} ${literal(reasoning.close)} ${space}`;
  if (start.isReasoning) return rest;
  if (start.isAfterMark || start.hasContent) return '';
  return `${builder.add('reasoning', `${literal(reasoning.open[0] ?? '')} ${rest}`)}?`;
}
