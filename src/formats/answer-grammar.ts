import type { OutputConstraint } from '../api/internal/engine-request.ts';
import type { Tool } from '../api/tool.ts';
import { ManifoldError } from '../errors.ts';
import { addOutput } from './add-output.ts';
import { callGrammar, triggerOf, type CallTrigger } from './call-grammar.ts';
import type { GrammarParts, RelaxedInTool } from './call-rules/rules.ts';
import { UnsupportedTool } from './call-rules/unsupported-tool.ts';
import { TooAmbiguous } from './grammar/close-state.ts';
import { GrammarBuilder } from './grammar/grammar-builder.ts';
import { addPlaces } from './grammar/json-schema.ts';
import { RequestBudget } from './grammar/limits.ts';
import { literal } from './grammar/literal.ts';
import type { GbnfRules } from './grammar/read-gbnf.ts';
import { addTextUntil } from './grammar/text-until.ts';
import { UnsupportedGrammar } from './grammar/unsupported-grammar.ts';
import type { OutputFormat } from './output-format.ts';
import { outputFrameOf } from './output-frame.ts';
import { outputGrammar } from './output-grammar.ts';
import type { ToolDefinition } from './tool-definition.ts';

/** What an answer has to be: content of some kind, calls of some tools, or one of both. */
export interface GrammarOrder {
  readonly format: OutputFormat;
  /** The functions offered. */
  readonly tools: readonly Tool[];
  /** `auto`: calls may be written; `required` or a name: they must be. */
  readonly choice: 'none' | 'auto' | 'required' | { readonly name: string };
  readonly parallel: boolean;
  readonly promptEnd: string;
  readonly output: OutputConstraint | undefined;
}

/** A grammar as text. */
export interface AnswerGrammar {
  readonly text: string;
  /** The client's own rules, which the text refers to. */
  readonly given?: GbnfRules | undefined;
  /** What it waits for; without one it governs from the start. */
  readonly trigger: CallTrigger | undefined;
  /** Fields of the request, with paths inside their schemas, that it cannot hold the model to. */
  readonly relaxed: readonly string[];
  /** What content is held to, if it is: how it is told apart from what may stand before it. */
  readonly content: { readonly allowsGap: boolean; readonly callTrigger: CallTrigger | undefined } | undefined;
}

/**
 * Writes the grammar of an order. Takes milliseconds for most schemas and tens for hostile ones, so it runs in a thread
 * of its own.
 *
 * @throws ManifoldError that names the client's field: `unsupported_schema` when nothing satisfies a schema, or a
 * strict one asks for what a grammar cannot hold the model to; `invalid_value` for what is wrong in itself.
 */
export function answerGrammar(order: GrammarOrder): AnswerGrammar {
  const { format, tools, choice, parallel, promptEnd, output } = order;
  const builder = new GrammarBuilder();
  const budget = new RequestBudget();
  const parts: GrammarParts & { builder: GrammarBuilder } = {
    builder,
    literal,
    addTextUntil: (stop) => builder.shared(`until ${stop}`, () => addTextUntil(builder, stop)),
    addJson: (places, root, name) => addPlaces(builder, places, { root, name, request: budget }),
    budget,
  };
  const definitions = toolDefinitions(tools);
  return blaming(order, () => {
    if (output === undefined || choice === 'required' || typeof choice === 'object') {
      const { grammar, trigger, relaxed } = callGrammar(
        format,
        definitions,
        { choice: choice === 'none' ? 'auto' : choice, parallel, promptEnd },
        parts,
      );
      return { text: grammar, trigger, relaxed: relaxedCalls(relaxed, tools), content: undefined };
    }
    const frame = outputFrameOf(format, promptEnd);
    const content = addOutput(builder, output);
    const calls = choice === 'auto' && tools.length > 0 ? { tools: definitions, parallel } : undefined;
    const { root, relaxed } = outputGrammar(format, content, { frame, calls }, parts);
    return {
      text: builder.build(root),
      given: content.given,
      trigger: undefined,
      relaxed: [...content.relaxed, ...relaxedCalls(relaxed, tools)],
      content: {
        allowsGap: content.allowsGap,
        callTrigger: calls && triggerOf(format, frame.start, definitions),
      },
    };
  });
}

/** Tools as formats know them. */
export function toolDefinitions(tools: readonly Tool[]): ToolDefinition[] {
  return tools.map(({ function: { name, parameters } }) => ({ name, parameters: parameters ?? undefined }));
}

/** What `write` returns; what it throws of grammars and tools becomes an error that names the client's field. */
export function blaming<Result>({ tools, output }: GrammarOrder, write: () => Result): Result {
  try {
    return write();
  } catch (failure) {
    if (failure instanceof UnsupportedTool) {
      throw unsupportedTool(
        tools.findIndex((tool) => tool.function.name === failure.tool),
        failure.message,
      );
    }
    if (!(failure instanceof UnsupportedGrammar || failure instanceof TooAmbiguous)) throw failure;
    const param = output?.param ?? 'tools';
    throw new ManifoldError('unsupported_schema', `\`${param}\`: ${failure.message}`, { param });
  }
}

function relaxedCalls(relaxed: readonly RelaxedInTool[], tools: readonly Tool[]): string[] {
  const indexOf = (name: string) => tools.findIndex((tool) => tool.function.name === name);
  const broken = relaxed.find(({ tool }) => tools[indexOf(tool)]?.function.strict === true);
  if (broken === undefined) return relaxed.map(({ tool, path }) => `tools/${tool}${path}`);
  const { keyword, path, tool } = broken;
  throw unsupportedTool(indexOf(tool), `${keyword} at ${path} cannot be enforced; leave it out, or \`strict\`.`);
}

function unsupportedTool(tool: number, reason: string): ManifoldError {
  const param = `tools[${tool}].function.parameters`;
  return new ManifoldError('unsupported_schema', `\`${param}\`: ${reason}`, { param });
}

/** Where too many orders wait for their turn. */
export function tooManyGrammars(): ManifoldError {
  return new ManifoldError('engine_overloaded', 'Too many grammars wait to be written; try again shortly.', {
    retryAfterSeconds: 1,
  });
}

/** Of an order that takes more than any should. */
export function tooExpensiveGrammar({ output }: Pick<GrammarOrder, 'output'>): ManifoldError {
  const param = output?.param ?? 'tools';
  const message = `\`${param}\` takes too much time or memory to be turned into a grammar; make it simpler.`;
  return new ManifoldError('unsupported_schema', message, { param });
}
