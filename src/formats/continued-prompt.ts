import { invalidValue, type ManifoldError } from '../errors.ts';
import { promptStateOf } from './answer/prompt-state.ts';
import { reasoningHeader } from './call-rules/reasoning-before.ts';
import type { ChatTemplate, PromptSegment, RenderOptions } from './chat-template.ts';
import { generationPrompt } from './generation-prompt.ts';
import type { OutputFormat } from './output-format.ts';
import { contentText, type PromptMessage } from './prompt-message.ts';
import { shownAnswer } from './shown-answer.ts';

export interface ContinuedPrompt {
  readonly prompt: readonly PromptSegment[];
  /** As the parser is given it: where the answer begins, with a letter in place of what the message says. */
  readonly promptEnd: string;
  /** What the answer goes on from, if from anything. */
  readonly continues: 'reasoning' | 'content' | undefined;
}

interface Said {
  readonly content: string;
  readonly reasoning: string;
}

/** What the end of a prompt becomes: so much is cut off, and then come texts of the template, or of the message. */
interface Ending {
  readonly cut: string;
  readonly pieces: readonly (string | { readonly said: string })[];
}

/** How a model is asked, and how its family marks reasoning; `reasons`: whether the template knows of that. */
interface Speaker {
  readonly template: ChatTemplate;
  readonly format: OutputFormat;
  readonly reasons: boolean;
}

/**
 * A prompt that ends inside its last message, which is the assistant's. What stands around reasoning and content is
 * what the template writes for earlier answers. Where it leaves their reasoning out, the family's marks are used:
 * before content the reasoning is closed, without content it stays open.
 */
export function continuedPrompt(
  speaker: Speaker,
  messages: readonly PromptMessage[],
  options: RenderOptions,
): ContinuedPrompt {
  const { template, format } = speaker;
  const earlier = messages.slice(0, -1);
  const last = messages.at(-1);
  const said = { content: last ? contentText(last) : '', reasoning: last?.reasoning_content ?? '' };
  const rendered = template.render(earlier, options);
  const opening = generationPrompt(template, earlier, options, rendered);
  const tail = rendered.at(-1)?.isData === false ? (rendered.at(-1)?.text ?? '') : '';
  const { cut, pieces } = endingOf(speaker, options, said, { opening, tail });
  const written = pieces.map((piece) => {
    if (typeof piece === 'string') return piece;
    // An addressed message is read from its header on, and what the prompt holds of it is not the answer's.
    return format.messages || piece.said === '' ? '' : 'x';
  });
  return {
    prompt: joined([
      ...withoutEnd(rendered, cut),
      ...pieces.flatMap((piece) =>
        typeof piece === 'string' ? [{ text: piece, isData: false }] : template.quote(piece.said),
      ),
    ]),
    promptEnd: (opening.endsWith(cut) ? opening.slice(0, opening.length - cut.length) : '') + written.join(''),
    continues: said.content !== '' ? 'content' : pieces.length > 0 ? 'reasoning' : undefined,
  };
}

function endingOf(
  { template, format, reasons }: Speaker,
  options: RenderOptions,
  said: Said,
  end: { readonly opening: string; readonly tail: string },
): Ending {
  const { content, reasoning } = said;
  const isUsable = (cut: string) => end.tail.endsWith(cut);
  const withContent = (...before: readonly string[]) => (content === '' ? [] : [...before, { said: content }]);
  if (content === '' && reasoning === '') return { cut: '', pieces: [] };
  const full = shownAnswer(template, options, { withReasoning: true });
  if (reasoning !== '' && full && isUsable(full.cut)) {
    return { cut: full.cut, pieces: [full.before, { said: reasoning }, ...withContent(full.between)] };
  }
  const plain = shownAnswer(template, options, { withReasoning: false });
  const { cut, before } = plain && isUsable(plain.cut) ? plain : { cut: '', before: '' };
  const marks = format.reasoning;
  if (reasoning !== '' && format.messages) {
    const { ends, start, contentHeader, body } = format.messages;
    const header = reasoningHeader(format.messages);
    const opened = end.opening.endsWith(header) ? '' : header;
    // What the template has in place of a part of its prompt stands behind no other message.
    const next = `${ends[0] ?? ''}${start}assistant${cut === '' ? before : `${contentHeader}${body}`}`;
    return { cut: '', pieces: [opened, { said: reasoning }, ...withContent(next)] };
  }
  if (!marks || !reasons) {
    if (content === '') throw nothingToContinue();
    return { cut, pieces: withContent(before) };
  }
  const { isReasoning } = promptStateOf(format, end.opening, false);
  const [open = ''] = marks.open;
  if (reasoning !== '') {
    // What the template writes between a block that it closed and the content.
    const after = cut === '' ? (before.split(marks.close).at(-1) ?? '') : '';
    const opened = isReasoning ? '' : /\w$/.test(open) ? `${open}\n` : open;
    const pieces = [opened, { said: reasoning }, ...withContent(marks.close + after)];
    return { cut: isReasoning ? '' : closedBlock(end.tail, open, marks.close), pieces };
  }
  if (isReasoning && !before.includes(marks.close)) {
    return { cut: '', pieces: withContent(full?.cut === '' ? full.between : marks.close) };
  }
  return { cut, pieces: withContent(before) };
}

function nothingToContinue(): ManifoldError {
  const problem = 'this model does not reason, and the last message has no content to continue. Give it some.';
  return invalidValue('messages', problem);
}

/** The empty block of reasoning, or its close mark, that a prompt ends with. */
function closedBlock(tail: string, open: string, close: string): string {
  if (!tail.trimEnd().endsWith(close)) return '';
  const closeAt = tail.lastIndexOf(close);
  const openAt = tail.lastIndexOf(open, closeAt);
  const isEmpty = openAt >= 0 && tail.slice(openAt + open.length, closeAt).trim() === '';
  return tail.slice(isEmpty ? openAt : closeAt);
}

function withoutEnd(segments: readonly PromptSegment[], end: string): PromptSegment[] {
  const last = segments.at(-1);
  if (end === '' || !last || last.isData || !last.text.endsWith(end)) return [...segments];
  return [...segments.slice(0, -1), { text: last.text.slice(0, last.text.length - end.length), isData: false }];
}

/** Texts beside each other are one text, which is tokenized as such. */
function joined(segments: readonly PromptSegment[]): PromptSegment[] {
  const all: PromptSegment[] = [];
  for (const { text, isData } of segments) {
    const last = all.at(-1);
    if (last && !last.isData && !isData) all[all.length - 1] = { text: last.text + text, isData };
    else if (text !== '') all.push({ text, isData });
  }
  return all;
}
