import { ManifoldError, type ErrorCode } from '../errors.ts';
import { TooManyStates } from './grammar/automaton.ts';
import { UnsupportedRegex } from './grammar/regex-reader.ts';
import { UnsupportedGrammar } from './grammar/unsupported-grammar.ts';
import { UnsupportedSchema } from './grammar/unsupported-schema.ts';

/** What it means for a client that its field could not be turned into rules; any other failure as it is. */
export function outputRefusal(failure: unknown, param: string): unknown {
  const because = (code: ErrorCode, reason: string) =>
    new ManifoldError(code, `\`${param}\`: ${reason}`, { param, cause: failure });
  if (failure instanceof UnsupportedSchema) return because('unsupported_schema', failure.message);
  if (failure instanceof TooManyStates) return because('unsupported_schema', 'it is too large to be followed.');
  if (failure instanceof UnsupportedRegex) {
    const code = failure.isValid ? 'unsupported_schema' : 'invalid_value';
    return because(code, `the regular expression: ${failure.message}.`);
  }
  if (!(failure instanceof UnsupportedGrammar)) return failure;
  return because(failure.line === undefined ? 'unsupported_schema' : 'invalid_value', failure.message);
}
