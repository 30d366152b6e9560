import type { JsonCalls, PythonCalls } from '../output-format.ts';
import type { CallRecorder } from './call-recorder.ts';
import { readObjects } from './read-json-calls.ts';
import { nameText, type Reading } from './text-source.ts';
import { transcodeValue, type Outcome } from './transcode-value.ts';

const jsonInstead: JsonCalls = {
  kind: 'json',
  open: '[',
  close: '',
  list: 'array',
  nameKey: 'name',
  argumentsKey: 'arguments',
};

/** Reads `f(a=1), g()`, in brackets or not, after the open mark. A list of JSON calls in their place is read too. */
export function* readPythonCalls(calls: CallRecorder, syntax: PythonCalls): Reading<Outcome> {
  const { source } = calls;
  yield* source.skipSpace();
  const isList = yield* source.accept('[');
  yield* source.skipSpace();
  if (isList && (yield* source.peek()) === '{') {
    const outcome = yield* readObjects(calls, jsonInstead, true);
    if (outcome !== 'complete') return outcome;
  } else {
    let isFirst = true;
    while ((yield* source.peek()) !== ']') {
      const outcome = yield* readCall(calls, syntax);
      // After a complete call, other text is simply what follows it.
      if (outcome !== 'complete' && (isFirst || isList || calls.tool)) return outcome;
      if (outcome !== 'complete') break;
      isFirst = false;
      yield* source.skipSpace();
      if ((yield* source.accept(',')) || (yield* source.accept(';'))) yield* source.skipSpace();
      else break;
    }
  }
  yield* source.skipSpace();
  if (isList && (yield* source.accept(']'))) yield* source.skipSpace();
  while (syntax.close !== '' && (yield* source.accept(syntax.close))) yield* source.skipSpace();
  return 'complete';
}

function* readCall(calls: CallRecorder, syntax: PythonCalls): Reading<Outcome> {
  const { source } = calls;
  const read = yield* source.readUntil(['('], calls.nameLimit, nameText);
  if (!read) return source.end === 'cut' ? 'cut' : 'failed';
  if (!/^\s*[\w.-]+\s*$/.test(read.text) || !calls.begin(read.text, undefined, syntax.method)) return 'failed';
  const outcome = yield* transcodeValue(source, calls.arguments, { before: syntax.close, within: 'keywords' });
  if (outcome === 'complete') calls.end();
  return outcome;
}
