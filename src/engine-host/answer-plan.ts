import type { EngineRequest } from '../api/internal/engine-request.ts';
import { messageText } from '../api/message.ts';
import { textOnly } from './text-only.ts';
import { toolDefinitions } from '../formats/answer-grammar.ts';
import type { ChatTemplate, PromptSegment, RenderOptions } from '../formats/chat-template.ts';
import { continuedPrompt, type ContinuedPrompt } from '../formats/continued-prompt.ts';
import { generationPrompt } from '../formats/generation-prompt.ts';
import { heldFormat } from '../formats/output-frame.ts';
import { grammarOrder, offeredTools } from '../formats/grammar-order.ts';
import { createHeldAnswerParser } from '../formats/held-answer-parser.ts';
import type { PromptMessage } from '../formats/prompt-message.ts';
import { ReasoningTracker } from '../formats/reasoning-tracker.ts';
import { resolveThinking, withInstruction } from '../formats/resolve-thinking.ts';
import { callFormat, withoutReasoning } from '../formats/spoken-format.ts';
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
  const tools = offeredTools(request);
  const thinking = resolveThinking(model.thinking, request);
  const messages = withInstruction(textOnly(request.messages), thinking.words);
  const shown = {
    ...(tools.length > 0 && { tools }),
    variables: { ...thinking.variables, ...documentsFor(template.capabilities, request) },
  };
  const format = tools.length > 0 ? callFormat(model.format, template.capabilities) : model.format;
  // Most requests need not know how the prompt ends, and finding out takes another rendering.
  const isPlain = tools.length === 0 && !model.reasons && !format.messages && (!output || !format.contentOpens);
  const { prompt, promptEnd, continues } = request.continue_final_message
    ? continuedPrompt({ template, format, reasons: model.reasons }, messages, shown)
    : promptOf(template, { ...request, messages }, shown, isPlain);
  const spoken = model.reasons ? format : withoutReasoning(format);
  // Content that has begun goes on: what a grammar holds cannot begin with reasoning any more.
  const written = continues === 'content' ? withoutReasoning(spoken) : spoken;
  const order = grammarOrder(request, { format: written, promptEnd });
  const grammar = order && (await model.grammars.of(order));
  const parsing = { tools: toolDefinitions(tools), promptEnd, separatesReasoning: true, continues };
  const held = { format, written, content: grammar?.content };
  const tracked = grammar === undefined ? format : grammar.content ? heldFormat(written) : spoken;
  return {
    prompt,
    grammar,
    grammarParam: output?.param ?? 'tools',
    echo: request.echo ? echoed(request) : undefined,
    emulated: [...thinking.emulated, ...(grammar?.relaxed ?? [])],
    createReader: () => new AnswerReader(createHeldAnswerParser(held, parsing)),
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
