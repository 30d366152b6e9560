import type { UpstreamKind } from '../../api/internal/upstream-kinds.ts';
import type { OutputConstraint } from '../../api/internal/engine-request.ts';
import { parameterSupport } from '../../api/parameter-support.ts';
import type { Support } from '../../api/support-row.ts';
import { quirksOf } from './index.ts';
import type { Field, Quirks } from './quirks.ts';

/** The spellings of what the content has to be, and what each asks for in its example. */
const outputs: Readonly<Record<string, OutputConstraint['kind']>> = {
  response_format: 'json',
  guided_json: 'json',
  guided_regex: 'regex',
  guided_choice: 'choice',
  guided_grammar: 'grammar',
  structured_outputs: 'regex',
  nvext: 'regex',
};
const budgets: ReadonlySet<string> = new Set(['thinking_token_budget', 'max_thinking_tokens', 'reasoning_budget']);

/** What an engine of this kind makes of a parameter of chat: what docs/engines.md says. */
export function supportOf(kind: UpstreamKind, parameter: string): Support {
  const quirks = quirksOf[kind];
  const output = outputs[parameter];
  if (output !== undefined) return supportOfOutput(quirks, output);
  // It only names a library beside one of the others.
  if (parameter === 'guided_decoding_backend') return quirks.output.regex === undefined ? 'refused' : 'emulated';
  const field = budgets.has(parameter) ? 'thinking_budget' : parameter;
  if (parameter === 'model' || parameter === 'messages') return 'honoured';
  if (!Object.hasOwn(quirks.fields, field)) return parameterSupport[parameter]?.support.embedded ?? 'refused';
  const treatment = quirks.fields[field as Field];
  if (parameter === 'tool_choice' && treatment === 'refused') return 'emulated';
  if (treatment === 'refused' || treatment === 'emulated') return treatment;
  return 'honoured';
}

function supportOfOutput({ output, checksJson }: Quirks, kind: OutputConstraint['kind']): Support {
  if (output[kind] === undefined) return 'refused';
  return kind === 'json' && checksJson === true ? 'emulated' : 'honoured';
}
