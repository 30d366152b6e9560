import type { TaggedCall } from '../output-format.ts';
import type { CallRecorder } from './call-recorder.ts';
import { jsonOfText, propertyOf, typesOf } from './parameter-type.ts';
import { readTaggedValue } from './read-tagged-value.ts';
import { nameText, type Reading } from './text-source.ts';
import { escapeJson } from './transcode-string.ts';
import { transcodeValue, type Outcome } from './transcode-value.ts';

const longestKey = 512;

/** Reads a call whose arguments have tags of their own, after its open mark. Strings stream as they come. */
export function* readTaggedCall(calls: CallRecorder, syntax: TaggedCall): Reading<Outcome> {
  const { source } = calls;
  let pending: Pending | 'whole' = yield* readName(calls, syntax);
  if (pending === 'failed' || pending === 'cut') return pending;
  let count = 0;
  for (;;) {
    if (pending !== 'parameter') yield* source.skipSpace();
    if (pending === 'parameter' || (pending !== 'whole' && (yield* source.accept(syntax.parameterOpen)))) {
      pending = 'body';
      const outcome = yield* readParameter(calls, syntax, count++ === 0 ? '{' : ', ');
      if (outcome !== 'complete') return outcome;
      continue;
    }
    const isClosed =
      pending === 'closed' ||
      (yield* source.accept(syntax.close)) ||
      (yield* acceptAny(calls, [syntax.section?.close ?? '']));
    if (isClosed || ((yield* source.peek()) === '' && source.end === 'complete')) {
      if (count > 0) calls.arguments('}');
      calls.end();
      yield* passCloses(calls, syntax);
      return 'complete';
    }
    if (count === 0 && pending !== 'whole' && (yield* isJsonNext(calls, syntax))) {
      const outcome = yield* transcodeValue(source, calls.arguments, { before: syntax.jsonClose ?? syntax.close });
      if (outcome !== 'complete') return outcome;
      yield* source.skipSpace();
      yield* source.accept(syntax.jsonClose ?? '');
      pending = 'whole';
      continue;
    }
    return source.unread === 0 && source.end === 'cut' ? 'cut' : 'failed';
  }
}

type Pending = 'body' | 'parameter' | 'closed' | 'failed' | 'cut';

/** The name, and what was found to follow it. */
function* readName(calls: CallRecorder, syntax: TaggedCall): Reading<Pending> {
  const { source } = calls;
  yield* source.skipSpace();
  const ends = [
    ...(syntax.nameEnd === undefined ? ['\n'] : [syntax.nameEnd]),
    syntax.parameterOpen,
    syntax.close,
  ].filter((mark) => mark !== '');
  const read = yield* source.readUntil(ends, calls.nameLimit, nameText);
  if (!read) return source.end === 'cut' ? 'cut' : 'failed';
  if (!calls.begin(read.text)) return 'failed';
  if (read.mark === syntax.parameterOpen) return 'parameter';
  if (read.mark === syntax.close) return 'closed';
  if (syntax.attributesEnd !== undefined && !(yield* source.readUntil([syntax.attributesEnd], longestKey))) {
    return source.end === 'cut' ? 'cut' : 'failed';
  }
  return 'body';
}

function* readParameter(calls: CallRecorder, syntax: TaggedCall, before: string): Reading<Outcome> {
  const { source } = calls;
  const read = yield* source.readUntil([syntax.keyEnd], longestKey);
  if (!read) return source.end === 'cut' ? 'cut' : 'failed';
  const key = unescapeAttribute(read.text.trim().replace(/^(["'])(.*)\1$/, '$2'));
  let attributes = '';
  if (syntax.attributesEnd !== undefined) {
    const rest = yield* source.readUntil([syntax.attributesEnd], longestKey);
    if (!rest) return source.end === 'cut' ? 'cut' : 'failed';
    attributes = rest.text;
  }
  if (syntax.valueOpen !== undefined) {
    yield* source.skipSpace();
    if (!(yield* source.accept(syntax.valueOpen))) return source.end === 'cut' ? 'cut' : 'failed';
  }
  calls.arguments(`${before}${JSON.stringify(key)}: `);
  const parameters = calls.tool?.parameters;
  const types = typesByAttribute(attributes) ?? typesOf(propertyOf(parameters, key, parameters), parameters);
  const pieces: string[] = [];
  const isString = types.size === 1 && types.has('string');
  if (isString) calls.arguments('"');
  const outcome = yield* readTaggedValue(source, syntax, (text) => {
    if (isString) calls.arguments(escapeJson(text));
    else pieces.push(text);
  });
  if (outcome !== 'complete') return outcome;
  calls.arguments(isString ? '"' : jsonOfText(pieces.join(''), types));
  return 'complete';
}

/** DSML says `string="true"` or `"false"`, XTML `type="number"`: the model's own word on how it wrote the value. */
function typesByAttribute(attributes: string): ReadonlySet<string> | undefined {
  if (/string="?true/.test(attributes)) return new Set(['string']);
  const type = /type="?(\w+)/.exec(attributes)?.[1];
  if (type === 'string') return new Set(['string']);
  return /string="?false/.test(attributes) || type !== undefined ? new Set() : undefined;
}

function unescapeAttribute(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

function* isJsonNext(calls: CallRecorder, syntax: TaggedCall): Reading<boolean> {
  if (syntax.jsonOpen !== undefined && (yield* calls.source.accept(syntax.jsonOpen))) yield* calls.source.skipSpace();
  return (yield* calls.source.peek()) === '{';
}

function* acceptAny(calls: CallRecorder, marks: readonly string[]): Reading<boolean> {
  for (const mark of marks) if (yield* calls.source.accept(mark)) return true;
  return false;
}

function* passCloses(calls: CallRecorder, syntax: TaggedCall): Reading<void> {
  do yield* calls.source.skipSpace();
  while (yield* acceptAny(calls, [syntax.close, syntax.section?.close ?? '']));
}
