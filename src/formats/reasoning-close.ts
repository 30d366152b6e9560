import { createAnswerParser, type AnswerPart } from './answer-parser.ts';
import { reasoningHeader } from './call-rules/reasoning-before.ts';
import type { ChatTemplate } from './chat-template.ts';
import type { OutputFormat } from './output-format.ts';

const thought = 'needle-thought';
const answer = 'needle-answer';
const longest = 100;

/**
 * What a model writes to end its reasoning and begin its answer, white space and all: what its template writes there
 * in a conversation, if it does; else the family's mark. Undefined where the format knows no reasoning.
 */
export function reasoningClose(format: OutputFormat, template: ChatTemplate): string | undefined {
  const usual = usualClose(format);
  if (usual === undefined) return undefined;
  const shown = shownClose(template);
  return shown !== undefined && closes(format, shown) ? shown : usual;
}

function usualClose({ reasoning, messages }: OutputFormat): string | undefined {
  if (messages) {
    const { start, body, ends, contentHeader, reasoningChannel, reasoningRecipient } = messages;
    if (reasoningChannel === undefined && reasoningRecipient === undefined) return undefined;
    return `${ends[0] ?? ''}${start}assistant${contentHeader}${body}`;
  }
  if (reasoning === undefined) return undefined;
  // Tags stand on lines of their own; marks that are tokens need none.
  return reasoning.opensAnywhere ? reasoning.close : `\n${reasoning.close}\n\n`;
}

function shownClose(template: ChatTemplate): string | undefined {
  const messages = [
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: answer, reasoning_content: thought },
  ];
  try {
    const prompt = template
      .render(messages, { addGenerationPrompt: false, variables: { enable_thinking: true, thinking: true } })
      .map(({ text }) => text)
      .join('');
    const [from, to] = [prompt.indexOf(thought), prompt.indexOf(answer)];
    return from >= 0 && to > from ? prompt.slice(from + thought.length, to) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether reasoning that goes on so is over, and what follows is the answer. */
function closes(format: OutputFormat, text: string): boolean {
  const { reasoning, messages } = format;
  const opened = messages ? `${messages.start}assistant${reasoningHeader(messages)}` : (reasoning?.open[0] ?? '');
  const parser = createAnswerParser(format, { tools: [], promptEnd: '', separatesReasoning: true });
  const parts = [...parser.push(opened + thought + text + answer), ...parser.end('complete')];
  const textOf = (kind: AnswerPart['kind']) =>
    parts.map((part) => (part.kind === kind && 'text' in part ? part.text : '')).join('');
  return text.length <= longest && textOf('reasoning') === thought && textOf('content') === answer;
}
