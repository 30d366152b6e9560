import type { CallSyntax } from '../output-format.ts';
import type { CallRecorder } from './call-recorder.ts';
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
  return attempt(calls, mark.length, readCall(calls, mark, syntaxes));
}

export function* attempt(calls: CallRecorder, back: number, reading: Reading<Outcome>): Reading<Attempt> {
  const before = calls.count;
  calls.source.keep(back);
  const outcome = yield* reading;
  const called = calls.count > before;
  const isCut = outcome === 'cut' && called;
  if (isCut) calls.source.at = calls.source.text.length;
  const kept = calls.source.takeKept();
  calls.abandon();
  return { text: outcome === 'complete' || isCut ? '' : kept, called };
}
