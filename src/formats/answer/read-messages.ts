import type { MessageSyntax, OutputFormat } from '../output-format.ts';
import type { AnswerSpans } from './answer-spans.ts';
import { attempt, attemptCall } from './attempt-call.ts';
import type { CallRecorder } from './call-recorder.ts';
import { MarkScanner } from './mark-scanner.ts';
import type { PartWriter } from './part-writer.ts';
import { callMarks } from './read-plain-answer.ts';
import type { Reading } from './text-source.ts';
import { transcodeValue, type Outcome } from './transcode-value.ts';

interface Parts {
  readonly format: OutputFormat;
  readonly syntax: MessageSyntax;
  readonly calls: CallRecorder;
  readonly writer: PartWriter;
  readonly separatesReasoning: boolean;
  readonly offersTools: boolean;
  readonly spans?: AnswerSpans | undefined;
}

const longestHeader = 512;
const role = 'assistant';

/**
 * Reads an answer of addressed messages. A message without a header is content; one whose end mark is missing
 * ends where the next begins.
 */
export function* readMessages({
  format,
  syntax,
  calls,
  writer,
  separatesReasoning,
  offersTools,
  spans,
}: Parts): Reading<void> {
  const { source } = calls;
  const opens = offersTools ? callMarks(format) : [];
  const scanner = new MarkScanner([syntax.start, syntax.body, syntax.channel ?? '', ...syntax.ends, ...opens]);
  let header: string | undefined;
  let isReasoning = false;
  const say = (text: string) => writer.text(isReasoning && separatesReasoning ? 'reasoning' : 'content', text);
  const onText = (text: string) => {
    header = header === undefined ? undefined : header + text;
    if (header === undefined) say(text);
    else if (!mayBeHeader(header, syntax)) {
      say(header.trimStart().startsWith(role) ? header.trimStart().slice(role.length) : header);
      header = undefined;
      spans?.decide('content');
    }
  };
  const endBody = (mark: string) => {
    if (isReasoning && !separatesReasoning) say(mark);
    writer.mark();
    isReasoning = false;
  };

  for (;;) {
    const mark = yield* scanner.next(source, onText);
    if (mark === undefined) break;
    if (mark === syntax.body && header !== undefined) {
      const written: string = header;
      header = undefined;
      spans?.decide('mark');
      const recipient = /\bto=([^\s<]+)/.exec(written)?.[1];
      if (recipient !== undefined && syntax.callPrefix !== undefined && offersTools && calls.offered(recipient)) {
        spans?.turn('content', source.offset);
        const { text } = yield* attempt(calls, 0, readArguments(calls, recipient));
        if (text !== '') say(text);
        continue;
      }
      isReasoning = isReasoningHeader(written, recipient, syntax);
      spans?.turn(isReasoning ? 'reasoning' : 'content', source.offset);
      if (isReasoning && !separatesReasoning)
        say(written.slice(Math.max(0, written.indexOf(syntax.channel ?? '\n'))) + mark);
      else writer.separate(isReasoning ? 'reasoning' : 'content');
    } else if (mark === syntax.start || (mark === syntax.channel && header === undefined)) {
      if (header === undefined) {
        endBody('');
        spans?.hold(source.offset - mark.length);
      }
      header = mark === syntax.channel ? mark : '';
    } else if (mark === syntax.channel) header += mark;
    else if (opens.includes(mark)) {
      if (isReasoning) spans?.hold(source.offset - mark.length);
      const { text, called } = yield* attemptCall(calls, mark, format.calls);
      spans?.decide(called ? 'content' : undefined);
      if (called && isReasoning) spans?.turn('reasoning', source.offset);
      if (text !== '') say(text);
    } else if (mark !== syntax.body) {
      if (header === undefined) spans?.turn('mark', source.offset - mark.length);
      else spans?.decide('mark');
      spans?.turn('content', source.offset);
      header = undefined;
      endBody(mark);
    }
  }
}

/** Whether a text may still become a header. One that may not is content whose header the model forgot. */
function mayBeHeader(header: string, { channel }: MessageSyntax): boolean {
  if (header.length > longestHeader) return false;
  const text = header.trimStart();
  if (role.startsWith(text) || (channel !== undefined && text.includes(channel))) return true;
  const rest = text.startsWith(role) ? text.slice(role.length) : text;
  return /^\s*(?:t|to|to=[^\s<]*\s*[a-z]*)?\s*$/.test(rest);
}

function isReasoningHeader(header: string, recipient: string | undefined, syntax: MessageSyntax): boolean {
  if (syntax.reasoningRecipient !== undefined) return recipient === syntax.reasoningRecipient;
  const channel =
    syntax.channel === undefined ? '' : header.slice(header.lastIndexOf(syntax.channel) + syntax.channel.length);
  return header.includes(syntax.channel ?? '\n') && channel.trim().startsWith(syntax.reasoningChannel ?? '\n');
}

function* readArguments(calls: CallRecorder, recipient: string): Reading<Outcome> {
  const { source } = calls;
  calls.begin(recipient);
  yield* source.skipSpace();
  const next = yield* source.peek();
  const outcome =
    next === '{'
      ? yield* transcodeValue(source, calls.arguments, { before: '<' })
      : next === '<'
        ? 'complete'
        : source.end === 'cut'
          ? 'cut'
          : 'failed';
  if (outcome === 'complete') calls.end();
  return outcome;
}
