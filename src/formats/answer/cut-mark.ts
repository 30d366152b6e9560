import { marksOf, type CallSyntax } from '../output-format.ts';

/** Whether the end of an answer that a limit cut is the beginning of one of these calls' marks. */
export function isCutMark(end: string, syntaxes: readonly CallSyntax[]): boolean {
  const begun = end.trimStart();
  return begun !== '' && syntaxes.some((call) => marksAround(call).some((mark) => mark?.trimStart().startsWith(begun)));
}

/** Those of the syntax, and of what models write in its place. */
function marksAround(call: CallSyntax): (string | undefined)[] {
  return [...marksOf(call), ...(call.kind === 'tagged' ? [call.jsonOpen, call.jsonClose] : []), '```'];
}
