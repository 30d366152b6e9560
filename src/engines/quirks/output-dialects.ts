import type { OutputConstraint } from '../../api/internal/engine-request.ts';
import { ManifoldError } from '../../errors.ts';
import { literal } from '../../formats/grammar/literal.ts';
import { limits } from '../../formats/grammar/limits.ts';
import { readGbnf } from '../../formats/grammar/read-gbnf.ts';
import { regexGrammar } from '../../formats/grammar/regex-grammar.ts';
import { UnsupportedRegex } from '../../formats/grammar/regex-reader.ts';
import { UnsupportedGrammar } from '../../formats/grammar/unsupported-grammar.ts';
import { writeGbnf } from '../../formats/grammar/write-gbnf.ts';
import type { OutputDialect } from './quirks.ts';

type Grammar = OutputConstraint & { readonly kind: 'grammar' };
type Regex = OutputConstraint & { readonly kind: 'regex' };
type Json = OutputConstraint & { readonly kind: 'json' };
type Choice = OutputConstraint & { readonly kind: 'choice' };

/** OpenAI's form, which nearly all know. */
export const jsonFormat = ({ schema, isStrict }: Json) => ({
  response_format:
    schema === undefined
      ? { type: 'json_object' }
      : { type: 'json_schema', json_schema: { name: 'answer', schema, ...(isStrict && { strict: true }) } },
});

/** vLLM's form, and that of the NIM containers made of it. */
export const structuredOutputs: OutputDialect = {
  json: jsonFormat,
  regex: ({ pattern }) => ({ structured_outputs: { regex: pattern } }),
  choice: ({ choices }) => ({ structured_outputs: { choice: choices } }),
  grammar: ({ grammar }) => ({ structured_outputs: { grammar } }),
};

/** An expression that matches one of the texts and nothing else. */
export function oneOf({ choices }: Choice): string {
  return `(${choices.map((choice) => choice.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)).join('|')})`;
}

/** The same as GBNF. */
export function oneOfGrammar({ choices }: Choice): string {
  return `root ::= ${choices.map(literal).join(' | ')}`;
}

/** What an expression matches as GBNF. Throws a ManifoldError that names the field for one that cannot be translated. */
export function matchingGrammar({ pattern, param }: Regex): string {
  try {
    return regexGrammar(pattern);
  } catch (cause) {
    if (!(cause instanceof UnsupportedRegex)) throw cause;
    const code = cause.isValid ? 'unsupported_schema' : 'invalid_value';
    throw new ManifoldError(code, `\`${param}\`: the regular expression: ${cause.message}.`, { param, cause });
  }
}

/**
 * A client's grammar, read and written anew: llama.cpp ends itself at some texts, and takes no names with underscores.
 * Throws a ManifoldError that names the field for one that is none.
 */
export function safeGrammar({ grammar, param }: Grammar): string {
  try {
    if (grammar.length > limits.clientGrammarBytes)
      throw new UnsupportedGrammar(`it is longer than ${limits.clientGrammarBytes} characters.`);
    return writeGbnf(readGbnf(grammar), new Map([['root', 'root']]), 'r');
  } catch (cause) {
    if (!(cause instanceof UnsupportedGrammar)) throw cause;
    const code = cause.line === undefined ? 'unsupported_schema' : 'invalid_value';
    throw new ManifoldError(code, `\`${param}\`: ${cause.message}`, { param, cause });
  }
}
