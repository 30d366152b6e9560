import type { NamedCall } from '../output-format.ts';
import type { CallRecorder } from './call-recorder.ts';
import { nameText, type Reading } from './text-source.ts';
import { transcodeValue, type Outcome } from './transcode-value.ts';

/** Reads a call whose name stands before its JSON, after the open mark. Without arguments it may stop at the name. */
export function* readNamedCall(calls: CallRecorder, syntax: NamedCall): Reading<Outcome> {
  const { source } = calls;
  let id: string | undefined;
  yield* source.skipSpace();
  if (syntax.afterId !== undefined) {
    const read = yield* source.readUntil([syntax.afterId], calls.nameLimit);
    if (!read) return ended(calls);
    id = read.text;
  }
  const separators = [
    ...syntax.separator,
    ...(syntax.beforeId === undefined ? [] : [syntax.beforeId]),
    syntax.close,
  ].filter((mark) => mark !== '');
  const read = yield* source.readUntil(separators, calls.nameLimit, nameText);
  if (!read || !isName(read.text)) return ended(calls);
  let { mark } = read;
  if (mark === syntax.beforeId) {
    const rest = yield* source.readUntil(syntax.separator, calls.nameLimit);
    if (!rest) return ended(calls);
    id = rest.text;
    ({ mark } = rest);
  }
  if (syntax.nameStyle === 'indexed') id = read.text.trim();
  if (!calls.begin(read.text, id)) return 'failed';
  if (mark === syntax.close) {
    calls.end();
    return 'complete';
  }
  if (mark === '{') source.at--;
  yield* source.skipSpace();
  const isFenced = (yield* source.accept('```json')) || (yield* source.accept('```'));
  yield* source.skipSpace();
  const next = yield* source.peek();
  if (next === '{') {
    const outcome = yield* transcodeValue(source, calls.arguments, {
      before: isFenced ? '```' : syntax.close,
      quote: syntax.quote,
    });
    if (outcome !== 'complete') return outcome;
  } else if (next === '' || syntax.close === '' || !syntax.close.startsWith(next)) return ended(calls);
  calls.end();
  yield* source.skipSpace();
  if (isFenced && (yield* source.accept('```'))) yield* source.skipSpace();
  while ((yield* source.accept(syntax.close.replace(/^`+/, ''))) || (yield* source.accept(syntax.section?.close ?? '')))
    yield* source.skipSpace();
  return 'complete';
}

function isName(text: string): boolean {
  return /^\s*["']?[^\s<>{}"']+["']?\s*$/.test(text);
}

function ended({ source }: CallRecorder): Outcome {
  return source.end === 'cut' ? 'cut' : 'failed';
}
