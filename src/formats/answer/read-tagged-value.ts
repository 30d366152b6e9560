import { overlap } from '../../lib/overlap.ts';
import type { TaggedCall } from '../output-format.ts';
import type { Reading, TextSource } from './text-source.ts';
import type { Outcome } from './transcode-value.ts';

const cdataOpen = '<![CDATA[';
const cdataClose = ']]>';

/**
 * Reads a value up to its closing tag and hands on its text. A line end right after the opening tag is
 * mark-up, and then so is one right before the closing tag. Where the closing tag was forgotten, the end of
 * the call or of the whole answer closes the value.
 */
export function* readTaggedValue(
  source: TextSource,
  syntax: TaggedCall,
  emit: (text: string) => void,
): Reading<Outcome> {
  const isLined = yield* source.accept('\n');
  if (syntax.allowsCdata && (yield* source.accept(cdataOpen))) {
    const outcome = yield* readUntilMark(source, [cdataClose], emit);
    if (outcome.mark === undefined) return outcome.outcome;
    yield* source.skipSpace();
    yield* source.accept(syntax.valueClose);
    return 'complete';
  }
  let heldLine = '';
  const { mark, outcome } = yield* readUntilMark(source, [syntax.valueClose, ...forgottenCloses(syntax)], (text) => {
    const endsLine = isLined && text.endsWith('\n');
    emit(heldLine + (endsLine ? text.slice(0, -1) : text));
    heldLine = endsLine ? '\n' : '';
  });
  // The close of the call is left for the call to read.
  if (mark !== undefined && mark !== syntax.valueClose) source.at -= mark.length;
  return outcome;
}

/** The end of a call as a whole: in a value it would be a strange coincidence, after a forgotten tag it is usual. */
function forgottenCloses({ close, section }: TaggedCall): string[] {
  return section?.close ? [`${close}\n${section.close}`, `${close}${section.close}`] : [];
}

function* readUntilMark(
  source: TextSource,
  marks: readonly string[],
  emit: (text: string) => void,
): Reading<{ mark?: string; outcome: Outcome }> {
  for (;;) {
    let found = -1;
    let mark: string | undefined;
    for (const candidate of marks) {
      const at = source.text.indexOf(candidate, source.at);
      if (at >= 0 && (found < 0 || at < found)) {
        found = at;
        mark = candidate;
      }
    }
    const held =
      source.end === 'complete' ? 0 : Math.max(...marks.map((candidate) => overlap(source.text, candidate, source.at)));
    const until = found >= 0 ? found : source.text.length - held;
    if (until > source.at) {
      const text = source.text.slice(source.at, until);
      source.at = until;
      emit(text);
    }
    if (mark !== undefined) {
      source.at += mark.length;
      return { mark, outcome: 'complete' };
    }
    if (source.end) return { outcome: source.end === 'cut' ? 'cut' : 'complete' };
    yield;
  }
}
