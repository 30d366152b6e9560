import type { OutputConstraint } from '../../api/internal/engine-request.ts';
import { literal } from '../../formats/grammar/literal.ts';
import type { OutputDialect } from './quirks.ts';

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
