import type { OutputFormat } from '../output-format.ts';

/** Where in its answer the model stands when it begins to write. */
export interface PromptState {
  readonly isReasoning: boolean;
  /** Whether the prompt already holds reasoning, or content, that the model continues. */
  readonly hasReasoning: boolean;
  readonly hasContent: boolean;
  /** Whether a mark stands right before the answer, so that white space there means nothing. */
  readonly isAfterMark: boolean;
  /** The open mark as the prompt wrote it, and text that belongs to the reasoning. */
  readonly shownMark: string;
  readonly lead: string;
  /** A beginning of the answer that the prompt wrote and the parser has to read: a header, a call's open mark. */
  readonly seed: string;
}

/** Reads the end of a rendered prompt. Only the generation prompt should be given: earlier turns hold marks too. */
export function promptStateOf(format: OutputFormat, promptEnd: string, callsMatter: boolean): PromptState {
  const { reasoning } = format;
  const opened = reasoning ? lastOf(promptEnd, reasoning.open) : undefined;
  const closed = reasoning ? lastOf(promptEnd, [reasoning.close]) : undefined;
  const isReasoning = opened !== undefined && (closed === undefined || opened.from > closed.from);
  const rest = isReasoning ? promptEnd.slice(opened.to) : '';
  const lead = reasoning?.lead !== undefined && rest.trim() === reasoning.lead.trim() ? reasoning.lead : '';
  const mark = isReasoning ? promptEnd.slice(opened.from) : '';
  return {
    isReasoning,
    hasReasoning: isReasoning && rest.trim() !== '' && lead === '',
    hasContent: !isReasoning && closed !== undefined && promptEnd.slice(closed.to).trim() !== '',
    isAfterMark: isReasoning || (closed !== undefined && promptEnd.slice(closed.to).trim() === ''),
    shownMark: reasoning?.hidesPromptMark || rest.trim() !== '' ? '' : mark,
    lead,
    seed: seedOf(format, promptEnd, callsMatter),
  };
}

function seedOf(format: OutputFormat, promptEnd: string, callsMatter: boolean): string {
  if (format.messages) {
    const from = promptEnd.lastIndexOf(format.messages.start);
    return from >= 0 ? promptEnd.slice(from) : '';
  }
  const opens = format.calls.flatMap((call) => [call.open, 'section' in call ? (call.section?.open ?? '') : '']);
  const opened = lastOf(promptEnd, opens);
  if (!callsMatter || !opened) return '';
  const closes = format.calls.flatMap((call) => [call.close, 'section' in call ? (call.section?.close ?? '') : '']);
  const closed = lastOf(promptEnd, closes);
  return closed && closed.from > opened.from ? '' : promptEnd.slice(opened.from);
}

function lastOf(text: string, marks: readonly string[]): { from: number; to: number } | undefined {
  let last: { from: number; to: number } | undefined;
  for (const mark of marks) {
    const from = mark === '' ? -1 : text.lastIndexOf(mark);
    if (from >= 0 && (!last || from + mark.length > last.to)) last = { from, to: from + mark.length };
  }
  return last;
}
