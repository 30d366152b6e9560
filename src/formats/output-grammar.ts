import { addCalls } from './call-rules/add-calls.ts';
import { reasoningBefore } from './call-rules/reasoning-before.ts';
import { addGap, type GrammarParts, type RelaxedInTool } from './call-rules/rules.ts';
import { marksBeforeCalls } from './call-grammar.ts';
import type { OutputFormat } from './output-format.ts';
import type { OutputFrame } from './output-frame.ts';
import type { ToolDefinition } from './tool-definition.ts';

/** The content that an answer has to have. */
export interface OutputContent {
  /** Its rule. */
  readonly rule: string;
  /** Whether white space before it means nothing, because the content cannot begin with any. */
  readonly allowsGap: boolean;
}

/** Functions that may be called in place of writing content. */
export interface OfferedCalls {
  readonly tools: readonly ToolDefinition[];
  readonly parallel: boolean;
}

/**
 * Rules for an answer whose content is held to a rule, as the family writes answers: reasoning may come first, and
 * the content stands behind the mark that the family puts there. With `calls`, calls may be written instead. Every text
 * that it permits is read back by `createOutputParser` as exactly that content, or as calls.
 */
export function outputGrammar(
  format: OutputFormat,
  content: OutputContent,
  { frame, calls }: { readonly frame: OutputFrame; readonly calls?: OfferedCalls | undefined },
  parts: GrammarParts,
): { readonly root: string; readonly relaxed: readonly RelaxedInTool[] } {
  const { builder, literal } = parts;
  const gap = content.allowsGap ? addGap(builder) : '';
  const { texts, isRequired } = frame.opening;
  const marks = texts.map((text) => builder.add('opening', `${literal(text)} ${gap}`));
  const written = [...marks.map((mark) => (isRequired ? mark : `${mark}?`)), content.rule].join(' ');
  const reasoning = frame.reasoning === undefined ? '' : reasoningBefore(format, frame.start, parts, gap);
  if (calls === undefined) return { root: builder.add('answer', `${reasoning} ${written}`), relaxed: [] };
  const added = addCalls(format, calls.tools, calls.parallel, parts);
  const called = `${marksBeforeCalls(format, parts)} ${added.calls} ${addGap(builder)}`;
  const either = builder.add('either', `${written} | ${called}`);
  return { root: builder.add('answer', `${reasoning} ${either}`), relaxed: added.relaxed };
}
