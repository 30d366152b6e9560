import { isObjectText } from '../../lib/is-object.ts';
import type { JsonCalls } from '../output-format.ts';
import type { CallRecorder } from './call-recorder.ts';
import type { Reading } from './text-source.ts';
import { transcodeValue, type Outcome } from './transcode-value.ts';

const nameKeys: ReadonlySet<string> = new Set(['name', 'tool_name', 'function_name']);
const argumentKeys: ReadonlySet<string> = new Set(['arguments', 'parameters', 'args', 'params', 'tool_input']);
const idKeys: ReadonlySet<string> = new Set(['id', 'tool_call_id', 'call_id']);

/**
 * Reads calls written as JSON, after their open mark: an object, objects one after another, or a list of them,
 * with or without a code fence. Excess closing brackets are passed over.
 */
export function* readJsonCalls(calls: CallRecorder, syntax: JsonCalls): Reading<Outcome> {
  const { source } = calls;
  yield* source.skipSpace();
  const isFenced = yield* acceptFence(calls);
  if (yield* source.accept('[')) {
    yield* source.skipSpace();
    if ((yield* source.peek()) !== ']') {
      const outcome = yield* readObjects(calls, syntax, true);
      if (outcome !== 'complete') return outcome;
    }
  } else {
    const outcome = yield* readObjects(calls, syntax, syntax.list === 'lines');
    if (outcome !== 'complete') return outcome;
  }
  yield* passCloses(calls, syntax.close, isFenced);
  return 'complete';
}

/** Objects with commas, semicolons or nothing but white space between them. */
export function* readObjects(calls: CallRecorder, syntax: JsonCalls, several: boolean): Reading<Outcome> {
  const { source } = calls;
  for (;;) {
    if (!(yield* source.accept('{'))) return ended(calls);
    const outcome = yield* readCallObject(calls, syntax);
    if (outcome !== 'complete') return outcome;
    if (!several && syntax.open === '') return 'complete';
    yield* source.skipSpace();
    if ((yield* source.accept(',')) || (yield* source.accept(';'))) yield* source.skipSpace();
    if ((yield* source.peek()) !== '{') return 'complete';
  }
}

/** The object of one call, after its brace. Arguments that come before the name wait for it; of two the first count. */
function* readCallObject(calls: CallRecorder, syntax: JsonCalls): Reading<Outcome> {
  const { source } = calls;
  const early: string[] = [];
  let id: string | undefined;
  let depth = 1;
  let isFirst = true;
  let hasArguments = false;
  const emit = (text: string) => {
    hasArguments = true;
    if (calls.tool) calls.arguments(text);
    else early.push(text);
  };
  const finish = (): Outcome => {
    if (!calls.tool) return 'failed';
    for (const text of early) calls.arguments(text);
    calls.end();
    return 'complete';
  };
  for (;;) {
    yield* source.skipSpace();
    const next = yield* source.peek();
    if (next === '}') {
      source.at++;
      if (--depth === 0) return finish();
      continue;
    }
    if (next === ',') {
      source.at++;
      continue;
    }
    if (next !== '"' && next !== "'") return closesEarly(syntax, next) && calls.tool ? finish() : ended(calls, finish);
    const key = yield* readText(calls);
    if (key === undefined) return ended(calls);
    if (isFirst && syntax.open === '' && !isKnownKey(key) && !(syntax.nameIsKey && calls.offered(key))) return 'failed';
    isFirst = false;
    yield* source.skipSpace();
    if (!(yield* source.accept(':'))) return ended(calls);
    yield* source.skipSpace();
    const value = yield* source.peek();
    // A tool may be named as what else stands in a call is.
    const isTool = syntax.nameIsKey === true && !calls.tool && value === '{' && !hasArguments;
    if (isTool && calls.begin(key, id)) {
      const outcome = yield* readArguments(calls, emit, syntax.close);
      if (outcome !== 'complete') return outcome;
    } else if (key === 'function' && value === '{' && depth === 1) {
      source.at++;
      depth++;
    } else if ((nameKeys.has(key) || key === 'function') && !calls.tool) {
      const name = value === '"' || value === "'" ? yield* readText(calls) : undefined;
      if (name === undefined || !calls.begin(name, id)) return ended(calls);
    } else if (idKeys.has(key)) {
      const text = yield* readAny(calls);
      if (typeof text !== 'string') return text.outcome;
      id = text.replace(/^"(.*)"$/s, '$1');
    } else if (!hasArguments && (argumentKeys.has(key) || (syntax.nameIsKey && !calls.tool && calls.begin(key, id)))) {
      const outcome = yield* readArguments(calls, emit, syntax.close);
      if (outcome !== 'complete') return outcome;
    } else {
      const text = yield* readAny(calls);
      if (typeof text !== 'string') return text.outcome;
    }
  }
}

function isKnownKey(key: string): boolean {
  return nameKeys.has(key) || argumentKeys.has(key) || idKeys.has(key) || key === 'function' || key === 'type';
}

function closesEarly(syntax: JsonCalls, next: string): boolean {
  return next === ']' || (syntax.close !== '' && next !== '' && syntax.close.startsWith(next));
}

/**
 * Arguments: an object as it stands, or a string that says one (as some models quote their JSON twice), or
 * null or an empty string for none.
 */
function* readArguments(calls: CallRecorder, emit: (text: string) => void, before: string): Reading<Outcome> {
  const next = yield* calls.source.peek();
  if (next === '{') return yield* transcodeValue(calls.source, emit, { before });
  const text = yield* readAny(calls);
  if (typeof text !== 'string') return text.outcome;
  const value: unknown = JSON.parse(text);
  if (value === null || value === '') return 'complete';
  if (typeof value !== 'string' || !isObjectText(value)) return 'failed';
  emit(value);
  return 'complete';
}

/** A value's JSON text, kept whole. */
function* readAny(calls: CallRecorder): Reading<string | { outcome: Outcome }> {
  const pieces: string[] = [];
  const outcome = yield* transcodeValue(calls.source, (text) => pieces.push(text));
  return outcome === 'complete' ? pieces.join('') : { outcome };
}

function* readText(calls: CallRecorder): Reading<string | undefined> {
  const text = yield* readAny(calls);
  return typeof text === 'string' ? String(JSON.parse(text)) : undefined;
}

function* acceptFence(calls: CallRecorder): Reading<boolean> {
  if (!(yield* calls.source.accept('```'))) return false;
  yield* calls.source.accept('json');
  yield* calls.source.skipSpace();
  return true;
}

function* passCloses(calls: CallRecorder, close: string, isFenced: boolean): Reading<void> {
  const { source } = calls;
  for (;;) {
    yield* source.skipSpace();
    const isPassed =
      (yield* source.accept(']')) ||
      (yield* source.accept('}')) ||
      (yield* source.accept(close)) ||
      (isFenced && (yield* source.accept('```')));
    if (!isPassed) return;
  }
}

/** What stopping here means: the answer's end, or text that is no call. */
function ended({ source }: CallRecorder, finish?: () => Outcome): Outcome {
  if (source.unread === 0 && source.end === 'cut') return 'cut';
  return source.unread === 0 && finish ? finish() : 'failed';
}
