import { promptStateOf, type PromptState } from './answer/prompt-state.ts';
import { addCalls } from './call-rules/add-calls.ts';
import type { GrammarParts, Relaxed } from './call-rules/rules.ts';
import type { CallSyntax, OutputFormat } from './output-format.ts';
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
  /**
   * For `auto`: regular expressions over the whole answer so far; the grammar governs from the first group on,
   * as `llama_sampler_init_grammar_lazy_patterns` has it. Empty: the grammar governs from the start.
   */
  readonly triggers: readonly string[];
  /** What of the tools' schemas the grammar cannot hold the model to. */
  readonly relaxed: readonly Relaxed[];
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
  const { calls, relaxed } = addCalls(format, offered, parallel, parts);
  const start = promptStateOf(format, promptEnd, false);
  if (choice === 'auto')
    return { grammar: parts.builder.build(calls), triggers: triggersOf(format, start, offered), relaxed };
  const root = parts.builder.add('answer', `${reasoningBefore(format, start, parts)} ${calls}`);
  return { grammar: parts.builder.build(root), triggers: [], relaxed };
}

/** Rules for what may stand before a required call. */
function reasoningBefore(
  format: OutputFormat,
  start: PromptState,
  { builder, literal, addTextUntil }: GrammarParts,
): string {
  const space = builder.add('gap', '[ \\n]{0,3}');
  const between = (format.beforeCalls ?? []).map((mark) => `${builder.add('between', literal(mark))}?`).join(' ');
  const { messages, reasoning } = format;
  if (messages) {
    const header =
      messages.channel === undefined
        ? ` to=${messages.reasoningRecipient ?? ''}`
        : `${messages.channel}${messages.reasoningChannel ?? ''}`;
    const end = messages.ends[0] ?? '';
    const body = [literal(`${header}${messages.body}`), addTextUntil(end), literal(`${end}${messages.start}assistant`)];
    return `${builder.add('reasoning', body.join(' '))}?`;
  }
  if (!reasoning) return '';
  const rest = `${addTextUntil(reasoning.close)} ${literal(reasoning.close)} ${space}`;
  if (start.isReasoning) return `${rest} ${between}`;
  if (start.isAfterMark || start.hasContent) return between;
  return `${builder.add('reasoning', `${literal(reasoning.open[0] ?? '')} ${rest}`)}? ${between}`;
}

/** Where a call has no mark, or one that content has too, the trigger waits for an offered tool's name. */
function triggersOf(format: OutputFormat, start: PromptState, tools: readonly ToolDefinition[]): string[] {
  const { messages, reasoning } = format;
  // Where reasoning may quote a call's mark, only what follows its close counts.
  const before =
    start.isReasoning && reasoning && !reasoning.allowsCalls
      ? `[\\s\\S]*?${escape(reasoning.close)}[\\s\\S]*?`
      : '[\\s\\S]*?';
  const names = `(?:${tools.map(({ name }) => escape(name)).join('|')})`;
  if (messages) {
    const header = escape(`${messages.channel ?? ''}${messages.callChannel ?? ''} to=${messages.callPrefix ?? ''}`);
    return [`${before}(${header}${names}[ <])[\\s\\S]*`];
  }
  const first = format.calls[0];
  if (!first) return [];
  const mark = openOf(first);
  if (mark !== '') return [`${before}(${escape(mark)})[\\s\\S]*`];
  const bare = first.kind === 'python' ? `\\[${names}\\(` : `\\{\\s*"name"\\s*:\\s*"${names}"`;
  return [`\\s*(${bare})[\\s\\S]*`];
}

/** What the calls of an answer begin with. */
function openOf(call: CallSyntax): string {
  return 'section' in call && call.section ? call.section.open : call.open;
}

function escape(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}
