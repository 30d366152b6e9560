import type { CallSyntax } from '../output-format.ts';
import type { CallRecorder } from './call-recorder.ts';
import { isCutMark } from './cut-mark.ts';
import { readCall } from './read-call.ts';
import type { Reading } from './text-source.ts';
import type { Outcome } from './transcode-value.ts';

export interface Attempt {
  /** Text that turned out to be no call, and was to be given back. */
  readonly text: string;
  /** Whether at least one call was begun. */
  readonly called: boolean;
}

/**
 * Reads calls after `mark`, already consumed. What was written but is no call is given back once, unsearched:
 * a text of false beginnings costs what it is long. A call that was begun and then broken is given back as
 * text too, and never ends; one that the answer's cut end interrupts is not.
 */
export function attemptCall(calls: CallRecorder, mark: string, syntaxes: readonly CallSyntax[]): Reading<Attempt> {
  return attempt(calls, mark.length, readCall(calls, mark, syntaxes), syntaxes);
}

export function* attempt(
  calls: CallRecorder,
  back: number,
  reading: Reading<Outcome>,
  syntaxes: readonly CallSyntax[] = [],
): Reading<Attempt> {
  const { source } = calls;
  const before = calls.count;
  source.keep(back);
  const outcome = yield* reading;
  const called = calls.count > before;
  // Cut within a mark, which to its reader is no mark.
  const isCutInMark = () =>
    outcome === 'failed' && source.end === 'cut' && isCutMark(source.text.slice(source.at), syntaxes);
  const isCut = called && (outcome === 'cut' || isCutInMark());
  if (isCut) source.at = source.text.length;
  const kept = source.takeKept();
  calls.abandon();
  return { text: outcome === 'complete' || isCut ? '' : kept, called };
}
