import type { OutputFormat } from '../output-format.ts';
import { attemptCall, type Attempt } from './attempt-call.ts';
import type { AnswerSpans } from './answer-spans.ts';
import type { CallRecorder } from './call-recorder.ts';
import { MarkScanner } from './mark-scanner.ts';
import type { PartWriter } from './part-writer.ts';
import type { PromptState } from './prompt-state.ts';
import type { Reading } from './text-source.ts';

interface Parts {
  readonly format: OutputFormat;
  readonly calls: CallRecorder;
  readonly writer: PartWriter;
  readonly start: PromptState;
  readonly separatesReasoning: boolean;
  readonly offersTools: boolean;
  readonly spans?: AnswerSpans | undefined;
}

/** Reads an answer of reasoning, content and calls told apart by marks in running text. */
export function* readPlainAnswer({
  format,
  calls,
  writer,
  start,
  separatesReasoning,
  offersTools,
  spans,
}: Parts): Reading<void> {
  const { source } = calls;
  const { reasoning } = format;
  const opens = offersTools ? callMarks(format) : [];
  const bare = offersTools ? format.calls.filter(({ open }) => open === '') : [];
  const strips = new Set(format.strips);
  const stops = new Set(format.stops);
  const inContent = new MarkScanner([
    ...opens,
    ...strips,
    ...stops,
    ...(reasoning ? [...reasoning.open, reasoning.close] : []),
  ]);
  const inReasoning = new MarkScanner([
    ...(reasoning?.allowsCalls ? opens : []),
    ...stops,
    reasoning?.close ?? '',
    ...(reasoning?.alsoCloses ?? []),
  ]);
  let isReasoning = start.isReasoning;
  // Nothing was said yet since the start, the reasoning, or a call.
  let isFresh = !start.hasContent;

  const kind = () => (isReasoning && separatesReasoning ? 'reasoning' : 'content');
  const say = (text: string) => {
    isFresh &&= text.trim() === '';
    writer.text(kind(), text);
  };
  const settle = ({ text, called }: Attempt) => {
    if (called) isReasoning = false;
    isFresh = called;
    if (text !== '') say(text);
  };
  const enter = (mark: string, entersReasoning: boolean) => {
    isReasoning = entersReasoning;
    isFresh = true;
    spans?.turn('mark', source.offset - mark.length);
    spans?.turn(entersReasoning ? 'reasoning' : 'content', source.offset);
    if (!separatesReasoning) writer.text('content', mark);
    else {
      writer.mark();
      if (entersReasoning) writer.separate('reasoning');
    }
  };

  for (;;) {
    if (isFresh && !isReasoning && bare.length > 0) {
      const space = yield* skipSpace();
      const next = yield* source.peek();
      if (next === '{' || next === '[' || ((yield* beginsFence()) && next === '`')) {
        settle(yield* attemptCall(calls, '', bare));
        if (isFresh) continue;
      } else if (space !== '') say(space);
    }
    const mark = yield* (isReasoning ? inReasoning : inContent).next(source, say);
    if (mark === undefined) return;
    if (opens.includes(mark))
      settle(yield* isReasoning ? attemptInReasoning(mark) : attemptCall(calls, mark, format.calls));
    else if (stops.has(mark)) {
      spans?.turn('mark', source.offset - mark.length);
      yield* swallow();
    } else if (isReasoning) enter(mark, false);
    else if (reasoning?.open.includes(mark)) {
      if (isFresh || reasoning.opensAnywhere) enter(mark, true);
      else say(mark);
    } else if (strips.has(mark)) writer.mark();
    else if (isFresh && separatesReasoning) writer.mark();
    else say(mark);
  }

  /** Only once a call has its name is it certain that the reasoning is over. */
  function* attemptInReasoning(mark: string): Reading<Attempt> {
    spans?.hold(source.offset - mark.length);
    const before = calls.count;
    const reading = attemptCall(calls, mark, format.calls);
    let isDecided = false;
    for (;;) {
      const step = reading.next();
      const called = calls.count > before;
      if (!isDecided && (step.done || called)) {
        isDecided = true;
        spans?.decide(called ? 'content' : undefined);
      }
      if (step.done) return step.value;
      yield;
    }
  }

  function* skipSpace(): Reading<string> {
    source.keep();
    yield* source.skipSpace();
    return source.takeKept();
  }

  function* beginsFence(): Reading<boolean> {
    const fence = '```';
    while (source.unread < fence.length && !source.end && fence.startsWith(source.text.slice(source.at))) yield;
    return source.text.startsWith(fence, source.at);
  }

  function* swallow(): Reading<void> {
    for (;;) {
      source.at = source.text.length;
      if (source.end) return;
      yield;
    }
  }
}

/** The marks that announce calls. */
export function callMarks(format: OutputFormat): string[] {
  const marks = format.calls.flatMap((call) => [call.open, 'section' in call ? (call.section?.open ?? '') : '']);
  return [...new Set(marks)].filter((mark) => mark !== '');
}
