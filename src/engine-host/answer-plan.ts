import type { EngineRequest } from '../api/internal/engine-request.ts';
import { messageText } from '../api/message.ts';
import { textOnly } from './text-only.ts';
import { toolDefinitions } from '../formats/answer-grammar.ts';
import { createAnswerParser } from '../formats/answer-parser.ts';
import type { ChatTemplate, PromptSegment, RenderOptions } from '../formats/chat-template.ts';
import { continuedPrompt, type ContinuedPrompt } from '../formats/continued-prompt.ts';
import { generationPrompt } from '../formats/generation-prompt.ts';
import type { OutputFormat } from '../formats/output-format.ts';
import { heldFormat, outputFrameOf } from '../formats/output-frame.ts';
import { createOutputParser } from '../formats/output-parser.ts';
import { fallback } from '../formats/families/json-in-tags.ts';
import type { PromptMessage } from '../formats/prompt-message.ts';
import { ReasoningTracker } from '../formats/reasoning-tracker.ts';
import { resolveThinking, withInstruction } from '../formats/resolve-thinking.ts';
import { documentsFor } from '../formats/template-documents.ts';
import type { ThinkingRequest } from '../formats/thinking-wishes.ts';
import { AnswerReader } from './answer-reader.ts';
import type { ReadyGrammar } from './grammars.ts';
import type { LoadedModel } from './model.ts';

/** What a request means for a model: what it is shown, what its answer has to be, and how that is read. */
export interface AnswerPlan {
  readonly prompt: readonly PromptSegment[];
  readonly grammar: ReadyGrammar | undefined;
  /** The field of the request that the grammar comes from. */
  readonly grammarParam: string;
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
  | 'output'
  | 'add_generation_prompt'
  | 'continue_final_message'
  | 'echo'
  | 'documents'
> &
  ThinkingRequest;

/** Rejects with what the template, a tool's schema or the output makes impossible. */
export async function planAnswer(
  model: Pick<LoadedModel, 'template' | 'format' | 'reasons' | 'thinking' | 'grammars'>,
  request: Asked,
): Promise<AnswerPlan> {
  const { template } = model;
  const { output } = request;
  const choice = request.tool_choice ?? 'auto';
  const tools = choice === 'none' ? [] : (request.tools ?? []);
  const thinking = resolveThinking(model.thinking, request);
  const messages = withInstruction(textOnly(request.messages), thinking.words);
  const shown = {
    ...(tools.length > 0 && { tools }),
    variables: { ...thinking.variables, ...documentsFor(template.capabilities, request) },
  };
  const format = tools.length > 0 ? callFormat(model.format, template) : model.format;
  // Most requests need not know how the prompt ends, and finding out takes another rendering.
  const isPlain = tools.length === 0 && !model.reasons && !format.messages && (!output || !format.contentOpens);
  const { prompt, promptEnd, continues } = request.continue_final_message
    ? continuedPrompt({ template, format, reasons: model.reasons }, messages, shown)
    : promptOf(template, { ...request, messages }, shown, isPlain);
  const spoken = model.reasons ? format : withoutReasoning(format);
  // Content that has begun goes on: what a grammar holds cannot begin with reasoning any more.
  const written = continues === 'content' ? withoutReasoning(spoken) : spoken;
  const grammar =
    tools.length === 0 && output === undefined
      ? undefined
      : await model.grammars.of({
          format: written,
          tools,
          choice: tools.length === 0 ? 'none' : typeof choice === 'string' ? choice : { name: choice.function.name },
          // One function by name is one call of it.
          parallel: typeof choice === 'string' && request.parallel_tool_calls,
          promptEnd,
          output,
        });
  const parsing = { tools: toolDefinitions(tools), promptEnd, separatesReasoning: true, continues };
  const createParser = () => {
    if (grammar?.content === undefined) return createAnswerParser(format, parsing);
    const { allowsGap, callTrigger } = grammar.content;
    const calls = callTrigger && { trigger: callTrigger, tools: parsing.tools };
    return createOutputParser(written, { frame: outputFrameOf(written, promptEnd), allowsGap, calls });
  };
  const tracked = grammar === undefined ? format : grammar.content ? heldFormat(written) : spoken;
  return {
    prompt,
    grammar,
    grammarParam: output?.param ?? 'tools',
    echo: request.echo ? echoed(request) : undefined,
    emulated: [...thinking.emulated, ...(grammar?.relaxed ?? [])],
    createReader: () => new AnswerReader(createParser()),
    createTracker: () => (tracked.reasoning || tracked.messages ? new ReasoningTracker(tracked, parsing) : undefined),
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

/** A model that was not taught to reason must not be offered to: it would not find the end. */
function withoutReasoning(format: OutputFormat): OutputFormat {
  return { ...format, reasoning: undefined };
}

/** A template that knows no tools has them described in words, and with them the one way to call. */
function callFormat(format: OutputFormat, { capabilities }: ChatTemplate): OutputFormat {
  if (capabilities.supportsTools) return format;
  return { ...fallback, ...(format.reasoning && { reasoning: format.reasoning }) };
}
