import type { EngineRequest } from '../api/internal/engine-request.ts';
import { messageText } from '../api/message.ts';
import { ManifoldError } from '../errors.ts';
import { textOnly } from './text-only.ts';
import { createAnswerParser } from '../formats/answer-parser.ts';
import type { CallGrammar } from '../formats/call-grammar.ts';
import type { ChatTemplate, PromptSegment, RenderOptions } from '../formats/chat-template.ts';
import { continuedPrompt, type ContinuedPrompt } from '../formats/continued-prompt.ts';
import { generationPrompt } from '../formats/generation-prompt.ts';
import type { OutputFormat } from '../formats/output-format.ts';
import { fallback } from '../formats/families/json-in-tags.ts';
import type { PromptMessage } from '../formats/prompt-message.ts';
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
  /** What the content begins with, before anything the model says. */
  readonly echo?: string | undefined;
  /** One for each choice. */
  createReader(): AnswerReader;
  /** The same; undefined where the model's format knows no reasoning. */
  createTracker(): ReasoningTracker | undefined;
  /** Tokens after which reasoning is ended. */
  readonly thinkingBudget: number | undefined;
}

type Asked = Pick<
  EngineRequest,
  | 'messages'
  | 'tools'
  | 'tool_choice'
  | 'parallel_tool_calls'
  | 'add_generation_prompt'
  | 'continue_final_message'
  | 'echo'
  | 'documents'
> &
  ThinkingRequest;

/** Throws what the template or a tool's schema makes impossible. */
export function planAnswer(
  model: Pick<LoadedModel, 'template' | 'format' | 'reasons' | 'thinking' | 'callGrammars'>,
  request: Asked,
): AnswerPlan {
  const { template } = model;
  const choice = request.tool_choice ?? 'auto';
  const tools = choice === 'none' ? [] : (request.tools ?? []);
  const thinking = resolveThinking(model.thinking, request);
  const messages = withInstruction(textOnly(request.messages), thinking.words);
  const shown = {
    ...(tools.length > 0 && { tools }),
    variables: { ...thinking.variables, ...documentsFor(template, request) },
  };
  const format = tools.length > 0 ? callFormat(model.format, template) : model.format;
  // Most requests need not know how the prompt ends, and finding out takes another rendering.
  const isPlain = tools.length === 0 && !model.reasons && !format.messages;
  const { prompt, promptEnd, continues } = request.continue_final_message
    ? continuedPrompt({ template, format, reasons: model.reasons }, messages, shown)
    : promptOf(template, { ...request, messages }, shown, isPlain);
  const compiled =
    choice === 'none' || tools.length === 0
      ? undefined
      : model.callGrammars.of(model.reasons ? format : withoutReasoning(format), tools, {
          choice: typeof choice === 'string' ? choice : { name: choice.function.name },
          // One function by name is one call of it.
          parallel: typeof choice === 'string' && request.parallel_tool_calls,
          promptEnd,
        });
  const parsing = { tools: toolDefinitions(tools), promptEnd, separatesReasoning: true, continues };
  return {
    prompt,
    grammar: compiled,
    echo: request.echo ? echoed(request) : undefined,
    emulated: [...thinking.emulated, ...(compiled?.relaxed.map(({ tool, path }) => `tools/${tool}${path}`) ?? [])],
    createReader: () => new AnswerReader(createAnswerParser(format, parsing)),
    createTracker: () => (format.reasoning || format.messages ? new ReasoningTracker(format, parsing) : undefined),
    thinkingBudget: thinking.budget,
  };
}

/** The messages as the template has them, by themselves. */
function promptOf(
  template: ChatTemplate,
  {
    messages,
    add_generation_prompt: addGenerationPrompt = true,
  }: { readonly messages: readonly PromptMessage[]; readonly add_generation_prompt?: boolean | undefined },
  shown: RenderOptions,
  isPlain: boolean,
): ContinuedPrompt {
  const prompt = template.render(messages, { ...shown, addGenerationPrompt });
  const hasEnd = addGenerationPrompt && !isPlain;
  const promptEnd = hasEnd ? generationPrompt(template, messages, shown, prompt) : '';
  return { prompt, promptEnd, continues: undefined };
}

/** What the assistant said last, if nobody spoke after it. */
function echoed({ messages }: Asked): string | undefined {
  const last = messages.at(-1);
  return last?.role === 'assistant' ? messageText(last) : undefined;
}

function documentsFor({ capabilities }: ChatTemplate, { documents = [] }: Asked): Readonly<Record<string, unknown>> {
  if (documents.length === 0) return {};
  if (capabilities.supportsDocuments) return { documents };
  const problem = "this model's chat template does not show documents. Write them into a message.";
  throw new ManifoldError('unsupported_parameter', `\`documents\`: ${problem}`, { param: 'documents' });
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
