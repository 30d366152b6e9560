import type { OutputConstraint } from '../../api/internal/engine-request.ts';
import { literal } from '../../formats/grammar/literal.ts';
import { readClientGrammar } from '../../formats/grammar/read-gbnf.ts';
import { regexGrammar } from '../../formats/grammar/regex-grammar.ts';
import { writeGbnf } from '../../formats/grammar/write-gbnf.ts';
import { outputRefusal } from '../../formats/output-refusal.ts';
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
  } catch (failure) {
    throw outputRefusal(failure, param);
  }
}

/**
 * A client's grammar, read and written anew: llama.cpp ends itself at some texts, and takes no names with underscores.
 * Throws a ManifoldError that names the field for one that is none.
 */
export function safeGrammar({ grammar, param }: Grammar): string {
  try {
    return writeGbnf(readClientGrammar(grammar), new Map([['root', 'root']]), 'r');
  } catch (failure) {
    throw outputRefusal(failure, param);
  }
}
