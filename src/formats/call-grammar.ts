import type { PromptState } from './answer/prompt-state.ts';
import { addCalls } from './call-rules/add-calls.ts';
import { reasoningBefore } from './call-rules/reasoning-before.ts';
import { addGap, type GrammarParts, type RelaxedInTool } from './call-rules/rules.ts';
import type { CallSyntax, OutputFormat } from './output-format.ts';
import { outputFrameOf } from './output-frame.ts';
import type { ToolDefinition } from './tool-definition.ts';

export interface CallGrammarOptions {
  /** `auto`: the model may answer in text; the grammar begins when it begins a call. Else it must call. */
  readonly choice: 'auto' | 'required' | { readonly name: string };
  readonly parallel: boolean;
  /** The generation prompt, as for the parser: reasoning it opened may be finished before the call. */
  readonly promptEnd: string;
}

export interface CallGrammar {
  /** GBNF. */
  readonly grammar: string;
  /** For `auto`: what calls begin with. Without it the grammar governs from the start. */
  readonly trigger?: CallTrigger;
  /** What of the tools' schemas the grammar cannot hold the model to. */
  readonly relaxed: readonly RelaxedInTool[];
}

/** When a grammar begins to govern. */
export interface CallTrigger {
  /** It governs from the first of these texts on. */
  readonly texts: readonly string[];
  /** They count only after this text: where reasoning may quote a call's mark, what ends the reasoning. */
  readonly after?: string;
  /** They count only where they open the answer, whatever white space is in them: where a call has no mark. */
  readonly opensAnswer?: boolean;
}

/**
 * A grammar for calls as the family writes them: every text it permits is read back by the parser as calls of
 * these tools. Reasoning may come before a required call where the family reasons.
 */
export function callGrammar(
  format: OutputFormat,
  tools: readonly ToolDefinition[],
  { choice, parallel, promptEnd }: CallGrammarOptions,
  parts: GrammarParts,
): CallGrammar {
  const offered = typeof choice === 'object' ? tools.filter(({ name }) => name === choice.name) : tools;
  const { calls: written, relaxed } = addCalls(format, offered, parallel, parts);
  // Many models end a line after a call: were that not permitted at the end, it would oblige them to call again.
  const calls = parts.builder.add('calls', `${written} ${addGap(parts.builder)}`);
  const { start } = outputFrameOf(format, promptEnd);
  if (choice === 'auto')
    return { grammar: parts.builder.build(calls), trigger: triggerOf(format, start, offered), relaxed };
  const reasoning = reasoningBefore(format, start, parts, addGap(parts.builder));
  const root = parts.builder.add('answer', `${reasoning} ${marksBeforeCalls(format, parts)} ${calls}`);
  return { grammar: parts.builder.build(root), relaxed };
}

/** Rules for the marks that may stand between reasoning and calls. */
export function marksBeforeCalls({ beforeCalls = [] }: OutputFormat, { builder, literal }: GrammarParts): string {
  return beforeCalls.map((mark) => `${builder.add('between', literal(mark))}?`).join(' ');
}

/** Where a call has no mark, or one that content has too, the trigger has an offered tool's name. */
export function triggerOf(format: OutputFormat, start: PromptState, tools: readonly ToolDefinition[]): CallTrigger {
  const { messages, reasoning } = format;
  const names = tools.map(({ name }) => name);
  if (messages) {
    const header = `${messages.channel ?? ''}${messages.callChannel ?? ''} to=${messages.callPrefix ?? ''}`;
    return { texts: names.flatMap((name) => [`${header}${name} `, `${header}${name}<`]) };
  }
  const [first] = format.calls;
  const mark = first ? openOf(first) : '';
  if (mark !== '') {
    const isQuotable = start.isReasoning && reasoning !== undefined && !reasoning.allowsCalls;
    return { texts: [mark], ...(isQuotable && { after: reasoning.close }) };
  }
  const bare = (name: string) => (first?.kind === 'python' ? `[${name}(` : `{"name":"${name}"`);
  return { texts: names.map(bare), opensAnswer: true };
}

/** What the calls of an answer begin with. */
function openOf(call: CallSyntax): string {
  return 'section' in call && call.section ? call.section.open : call.open;
}
