import { promptStateOf, type PromptState } from './answer/prompt-state.ts';
import { reasoningHeader } from './call-rules/reasoning-before.ts';
import type { MessageSyntax, OutputFormat } from './output-format.ts';

/** What a model writes around content that a grammar holds it to. Grammar and parser both go by it. */
export interface OutputFrame {
  readonly start: PromptState;
  /** The reasoning that may come first, or that the prompt has opened; `open` is empty then. */
  readonly reasoning: { readonly open: string; readonly close: string } | undefined;
  /** What stands between reasoning and content, each if it is there; `isRequired` where a message has to be addressed. */
  readonly opening: { readonly texts: readonly string[]; readonly isRequired: boolean };
}

/** Nothing stands behind the content: what a family would write there says no more than the end of the answer does. */
export function outputFrameOf(format: OutputFormat, promptEnd: string): OutputFrame {
  const { messages, reasoning, contentOpens = [] } = format;
  const start = promptStateOf(format, promptEnd, false);
  if (messages) return frameOfMessages(messages, start);
  const isPast = !start.isReasoning && (start.isAfterMark || start.hasContent);
  return {
    start,
    reasoning:
      reasoning === undefined || isPast
        ? undefined
        : { open: start.isReasoning ? '' : (reasoning.open[0] ?? ''), close: reasoning.close },
    opening: openingAfter(contentOpens, promptEnd),
  };
}

/**
 * What of a format has a meaning in an answer whose content is held: reasoning comes first and ends with its mark; from
 * there on all is content, whatever it quotes.
 */
export function heldFormat(format: OutputFormat): OutputFormat {
  const { reasoning } = format;
  const first = reasoning && { ...reasoning, alsoCloses: [], allowsCalls: false, opensAnywhere: false };
  return { ...format, reasoning: first, stops: [] };
}

/** The prompt ends in the header of a message, or with it, or in the message. */
function frameOfMessages(messages: MessageSyntax, state: PromptState): OutputFrame {
  const { start, body, ends, contentHeader } = messages;
  const isBegun = state.seed.includes(body);
  const isReasoning = isBegun && state.seed.includes(reasoningHeader(messages));
  if (isBegun && !isReasoning) {
    return { start: { ...state, hasContent: true }, reasoning: undefined, opening: { texts: [], isRequired: false } };
  }
  return {
    start: { ...state, isReasoning },
    reasoning: {
      open: isReasoning ? '' : reasoningHeader(messages),
      close: `${ends[0] ?? ''}${start}assistant`,
    },
    opening: { texts: [`${contentHeader}${body}`], isRequired: true },
  };
}

/** The prompt may have written the beginning of a mark: then the rest of it has to come. */
function openingAfter(marks: readonly string[], promptEnd: string): OutputFrame['opening'] {
  const [first = ''] = marks;
  for (let length = first.length - 1; length > 1; length--) {
    if (promptEnd.endsWith(first.slice(0, length))) return { texts: [first.slice(length)], isRequired: true };
  }
  return { texts: marks, isRequired: false };
}
