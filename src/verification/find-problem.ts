import type { OutputConstraint } from '../api/internal/engine-request.ts';
import { accepts } from '../formats/grammar/automaton.ts';
import { compileWhole } from '../formats/grammar/compile-regex.ts';
import { tryAutomaton } from '../formats/grammar/try-automaton.ts';
import { validate } from '../formats/grammar/validate.ts';
import { isObject } from '../lib/is-object.ts';

/** Of a text, and of the characters in it that begin or part values: far above any answer, and some 30 MB of memory. */
const mostCharacters = 4_000_000;
const mostMarks = 400_000;

/**
 * What is wrong with the finished text of an answer, as the end of a sentence that begins with "it"; undefined where
 * nothing is. A schema that is not strict asks for JSON and no more. Grammars are not checked, nor are expressions
 * that cannot be compiled: an engine that took them knows more of them.
 *
 * @throws when the text or the schema takes more than a check may.
 */
export function findProblem(text: string, output: OutputConstraint): string | undefined {
  if (text.length > mostCharacters) throw new Error('The text is too long to be checked.');
  switch (output.kind) {
    case 'json':
      return problemOfJson(text, output);
    case 'regex': {
      const automaton = tryAutomaton(output.pattern, compileWhole);
      return automaton === undefined || accepts(automaton, text) ? undefined : 'does not match the expression';
    }
    case 'choice':
      return output.choices.includes(text) ? undefined : 'is none of the choices';
    case 'grammar':
      return undefined;
    default:
      return output satisfies never;
  }
}

function problemOfJson(text: string, { schema, isStrict }: OutputConstraint & { kind: 'json' }): string | undefined {
  refuseMany(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'is not JSON';
  }
  if (schema === undefined) return isObject(value) ? undefined : 'is not a JSON object';
  return isStrict && !validate(value, schema) ? 'does not satisfy the schema' : undefined;
}

/** The parser could take more memory in one go than a thread may have, which ends the whole process and not the thread. */
function refuseMany(text: string): void {
  let marks = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x2c || code === 0x3a || code === 0x5b || code === 0x7b) marks++;
  }
  if (marks > mostMarks) throw new Error('The text has too many parts to be checked.');
}
