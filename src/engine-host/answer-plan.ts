import type { EngineRequest } from '../api/internal/engine-request.ts';
import { createAnswerParser } from '../formats/answer-parser.ts';
import type { CallGrammar } from '../formats/call-grammar.ts';
import type { ChatTemplate, PromptSegment } from '../formats/chat-template.ts';
import { generationPrompt } from '../formats/generation-prompt.ts';
import type { OutputFormat } from '../formats/output-format.ts';
import { fallback } from '../formats/families/json-in-tags.ts';
import { ReasoningTracker } from '../formats/reasoning-tracker.ts';
import { resolveThinking, withInstruction } from '../formats/resolve-thinking.ts';
import type { ThinkingRequest } from '../formats/thinking-wishes.ts';
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
  /** The same; undefined where the model's format knows no reasoning. */
  createTracker(): ReasoningTracker | undefined;
  /** Tokens after which reasoning is ended. */
  readonly thinkingBudget: number | undefined;
}

type Asked = Pick<EngineRequest, 'messages' | 'tools' | 'tool_choice' | 'parallel_tool_calls'> & ThinkingRequest;

/** Throws what the template or a tool's schema makes impossible. */
export function planAnswer(
  model: Pick<LoadedModel, 'template' | 'format' | 'reasons' | 'thinking' | 'callGrammars'>,
  request: Asked,
): AnswerPlan {
  const { template } = model;
  const choice = request.tool_choice ?? 'auto';
  const tools = choice === 'none' ? [] : (request.tools ?? []);
  const thinking = resolveThinking(model.thinking, request);
  const messages = withInstruction(request.messages, thinking.words);
  const shown = { ...(tools.length > 0 && { tools }), variables: thinking.variables };
  const prompt = template.render(messages, shown);
  const format = tools.length > 0 ? callFormat(model.format, template) : model.format;
  // Most requests need not know how the prompt ends, and finding out takes another rendering.
  const isPlain = tools.length === 0 && !model.reasons && !format.messages;
  const promptEnd = isPlain ? '' : generationPrompt(template, messages, shown, prompt);
  const compiled =
    choice === 'none' || tools.length === 0
      ? undefined
      : model.callGrammars.of(model.reasons ? format : withoutReasoning(format), tools, {
          choice: typeof choice === 'string' ? choice : { name: choice.function.name },
          // One function by name is one call of it.
          parallel: typeof choice === 'string' && request.parallel_tool_calls,
          promptEnd,
        });
  const parsing = { tools: toolDefinitions(tools), promptEnd, separatesReasoning: true };
  return {
    prompt,
    grammar: compiled,
    emulated: [...thinking.emulated, ...(compiled?.relaxed.map(({ tool, path }) => `tools/${tool}${path}`) ?? [])],
    createReader: () => new AnswerReader(createAnswerParser(format, parsing)),
    createTracker: () => (format.reasoning || format.messages ? new ReasoningTracker(format, parsing) : undefined),
    thinkingBudget: thinking.budget,
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
