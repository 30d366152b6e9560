import type { CallSyntax } from '../output-format.ts';
import type { CallRecorder } from './call-recorder.ts';
import { readJsonCalls } from './read-json-calls.ts';
import { readNamedCall } from './read-named-call.ts';
import { readNestedCall } from './read-nested-call.ts';
import { readPythonCalls } from './read-python-calls.ts';
import { readTaggedCall } from './read-tagged-call.ts';
import type { Reading } from './text-source.ts';
import type { Outcome } from './transcode-value.ts';

/**
 * Reads the calls that a mark announces. Several syntaxes may share a mark; what follows it tells which is
 * meant. A section's mark announces the calls inside it.
 */
export function* readCall(calls: CallRecorder, mark: string, syntaxes: readonly CallSyntax[]): Reading<Outcome> {
  const { source } = calls;
  const opened = syntaxes.filter(({ open }) => open === mark);
  const inSection = syntaxes.filter((syntax) => 'section' in syntax && syntax.section?.open === mark);
  do yield* source.skipSpace();
  while (yield* source.accept(mark));
  for (const syntax of inSection) if (yield* source.accept(syntax.open)) return yield* readBySyntax(calls, syntax);
  const next = yield* source.peek();
  const isJson = next === '{' || next === '[' || next === '`';
  const json = opened.find(({ kind }) => kind === 'json' || (kind === 'python' && next !== '{'));
  const other = opened.find(({ kind }) => kind !== 'json');
  const syntax = (isJson ? (json ?? other) : other) ?? json;
  if (syntax) return yield* readBySyntax(calls, syntax);
  // JSON where tags are usual: a slip that models make, and one that cannot be mistaken.
  if (isJson)
    return yield* readJsonCalls(calls, {
      kind: 'json',
      open: mark,
      close: inSection[0] ? sectionClose(inSection[0]) : '',
      list: 'lines',
      nameKey: 'name',
      argumentsKey: 'arguments',
    });
  return source.unread === 0 && source.end === 'cut' ? 'cut' : 'failed';
}

function sectionClose(syntax: CallSyntax): string {
  return 'section' in syntax ? (syntax.section?.close ?? '') : '';
}

function readBySyntax(calls: CallRecorder, syntax: CallSyntax): Reading<Outcome> {
  switch (syntax.kind) {
    case 'json':
      return readJsonCalls(calls, syntax);
    case 'named':
      return readNamedCall(calls, syntax);
    case 'tagged':
      return readTaggedCall(calls, syntax);
    case 'python':
      return readPythonCalls(calls, syntax);
    case 'nested':
      return readNestedCall(calls, syntax);
    default:
      return syntax satisfies never;
  }
}
