import type { EngineRequest } from '../api/internal/engine-request.ts';
import { createAnswerParser } from '../formats/answer-parser.ts';
import type { CallGrammar } from '../formats/call-grammar.ts';
import type { ChatTemplate, PromptSegment } from '../formats/chat-template.ts';
import { generationPrompt } from '../formats/generation-prompt.ts';
import type { OutputFormat } from '../formats/output-format.ts';
import { fallback } from '../formats/families/json-in-tags.ts';
import { AnswerReader } from './answer-reader.ts';
import { toolDefinitions } from './call-grammars.ts';
import type { LoadedModel } from './model.ts';

/** What a request means for a model: what it is shown, what its answer has to be, and how that is read. */
export interface AnswerPlan {
  readonly prompt: readonly PromptSegment[];
  readonly grammar: Omit<CallGrammar, 'relaxed'> | undefined;
  /** Fields of the request that are honoured less strictly than they say. */
  readonly emulated: readonly string[];
  /** One for each choice. */
  createReader(): AnswerReader;
}

type Asked = Pick<EngineRequest, 'messages' | 'tools' | 'tool_choice' | 'parallel_tool_calls'>;

/** Throws what the template or a tool's schema makes impossible. */
export function planAnswer(
  model: Pick<LoadedModel, 'template' | 'format' | 'reasons' | 'callGrammars'>,
  request: Asked,
): AnswerPlan {
  const { template } = model;
  const choice = request.tool_choice ?? 'auto';
  const tools = choice === 'none' ? [] : (request.tools ?? []);
  const shown = tools.length > 0 ? { tools } : {};
  const prompt = template.render(request.messages, shown);
  const format = tools.length > 0 ? callFormat(model.format, template) : model.format;
  // Most requests need not know how the prompt ends, and finding out takes another rendering.
  const isPlain = tools.length === 0 && !model.reasons && !format.messages;
  const promptEnd = isPlain ? '' : generationPrompt(template, request.messages, shown, prompt);
  const compiled =
    choice === 'none' || tools.length === 0
      ? undefined
      : model.callGrammars.of(model.reasons ? format : withoutReasoning(format), tools, {
          choice: typeof choice === 'string' ? choice : { name: choice.function.name },
          // One function by name is one call of it.
          parallel: typeof choice === 'string' && request.parallel_tool_calls,
          promptEnd,
        });
  const definitions = toolDefinitions(tools);
  return {
    prompt,
    grammar: compiled,
    emulated: compiled?.relaxed.map(({ tool, path }) => `tools/${tool}${path}`) ?? [],
    createReader: () =>
      new AnswerReader(createAnswerParser(format, { tools: definitions, promptEnd, separatesReasoning: true })),
  };
}

/** A model that was not taught to reason must not be offered to: it would not find the end. */
function withoutReasoning(format: OutputFormat): OutputFormat {
  return { ...format, reasoning: undefined };
}

/** A template that knows no tools has them described in words, and with them the one way to call. */
function callFormat(format: OutputFormat, { capabilities }: ChatTemplate): OutputFormat {
  if (capabilities.supportsTools) return format;
  return { ...fallback, ...(format.reasoning && { reasoning: format.reasoning }) };
}
