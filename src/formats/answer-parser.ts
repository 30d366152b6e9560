import type { AnswerPart } from './answer/answer-part.ts';
import type { AnswerSpans } from './answer/answer-spans.ts';
import { CallRecorder } from './answer/call-recorder.ts';
import { PartWriter } from './answer/part-writer.ts';
import { promptStateOf } from './answer/prompt-state.ts';
import { readMessages } from './answer/read-messages.ts';
import { readPlainAnswer } from './answer/read-plain-answer.ts';
import { TextSource, type AnswerEnd } from './answer/text-source.ts';
import type { OutputFormat } from './output-format.ts';
import type { ToolDefinition } from './tool-definition.ts';

export type { AnswerPart };

export interface ParserOptions {
  /** The functions offered. None: calls are not looked for, and their text stays content. */
  readonly tools: readonly ToolDefinition[];
  /** The generation prompt: it may have opened or closed the reasoning, or begun a call. */
  readonly promptEnd: string;
  /** False: reasoning stays in the content as it is written, marks included. */
  readonly separatesReasoning: boolean;
  /** What the prompt ends inside of, where it holds a beginning of the answer that goes on. */
  readonly continues?: 'reasoning' | 'content' | undefined;
  /** Told what each stretch of the text is, the prompt's beginning of the answer included. */
  readonly spans?: AnswerSpans;
}

export interface AnswerParser {
  /** What this text makes certain. Only what may be the beginning of a mark, or is not yet surely a call, waits. */
  push(text: string): AnswerPart[];
  /** The rest. `cut`: the answer was ended by a limit, so that nothing open may be completed. */
  end(how: AnswerEnd): AnswerPart[];
}

/**
 * Reads an answer as it is generated. However the text is divided, the parts add up to the same message, and
 * each push costs in proportion to its text. Never throws, whatever the model writes.
 */
export function createAnswerParser(format: OutputFormat, options: ParserOptions): AnswerParser {
  const { tools, promptEnd, separatesReasoning, spans } = options;
  const offersTools = tools.length > 0;
  const source = new TextSource();
  const writer = new PartWriter({ isContentLast: !offersTools && isContentLast(format) });
  const calls = new CallRecorder(source, writer, tools);
  const atPrompt = promptStateOf(format, promptEnd, offersTools);
  const isInContent = options.continues === 'content' && !format.messages;
  const start = isInContent ? { ...atPrompt, hasContent: true, isAfterMark: false } : atPrompt;
  if (start.hasReasoning) writer.begin(separatesReasoning ? 'reasoning' : 'content');
  if (start.hasContent) writer.begin('content');
  if (start.isAfterMark && separatesReasoning) writer.mark();
  if (!separatesReasoning) writer.text('content', start.shownMark);
  else if (start.lead !== '') writer.text('reasoning', start.lead);
  source.append(start.seed);

  const parts = { format, calls, writer, start, separatesReasoning, offersTools, spans };
  const reading = format.messages ? readMessages({ ...parts, syntax: format.messages }) : readPlainAnswer(parts);
  let isEnded = false;
  // What the prompt wrote of the answer may already say what comes.
  if ((spans && start.seed !== '') || (format.messages && options.continues)) reading.next();
  // Past the header, the message has begun.
  if (format.messages && options.continues) writer.begin(options.continues);

  return {
    push(text) {
      if (isEnded || text === '') return [];
      source.append(text);
      reading.next();
      spans?.reach(source.offset);
      return writer.take();
    },
    end(how) {
      if (isEnded) return [];
      isEnded = true;
      source.end = how;
      reading.next();
      spans?.decide();
      spans?.reach(source.offset);
      writer.finish();
      return writer.take();
    },
  };
}

/** Whether content, once begun, goes on to the end where no tools are offered. */
function isContentLast({ messages, strips, stops, reasoning }: OutputFormat): boolean {
  return !messages && !strips?.length && !stops?.length && !reasoning?.opensAnywhere;
}
