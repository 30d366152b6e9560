import type { EngineRequest } from '../../../api/internal/engine-request.ts';
import { hasImages } from '../../../api/message.ts';
import { ManifoldError } from '../../../errors.ts';
import { toolDefinitions } from '../../../formats/answer-grammar.ts';
import { grammarOrder, offeredTools } from '../../../formats/grammar-order.ts';
import { createHeldAnswerParser } from '../../../formats/held-answer-parser.ts';
import { controlMarks, type OutputFormat } from '../../../formats/output-format.ts';
import { resolveThinking } from '../../../formats/resolve-thinking.ts';
import { withoutReasoning } from '../../../formats/spoken-format.ts';
import type { Caller } from '../../engine.ts';
import { askServer } from '../../openai-compatible/ask-server.ts';
import { readTexts } from '../../openai-compatible/raw-answer.ts';
import { wordRequest } from '../../openai-compatible/worded-request.ts';
import type { Quirks } from '../../quirks/quirks.ts';
import type { Endpoint } from '../../openai-compatible/endpoint.ts';
import type { AskApart } from '../../upstream/upstream-engine.ts';
import { renderPrompt } from './rendered-prompt.ts';
import { grammarFields } from './server-grammar.ts';
import type { TemplateWorker } from './template-worker.ts';

interface Parts {
  readonly endpoint: Endpoint;
  readonly quirks: Quirks;
  readonly model: string;
  readonly worker: TemplateWorker;
  /** The model's chat template; undefined while that is unknown. */
  readonly template: () => string | undefined;
}

/**
 * Chats of which the server does no more than render the prompt and generate. By itself it forgets functions that a
 * template has no place for, forces no calls, and makes grammars of schemas that it may not survive; so what is offered,
 * what is held to and how it is read are the engine host's ways.
 */
export function createRenderedChat({ endpoint, quirks, model, worker, template }: Parts): AskApart {
  const ask = async (request: EngineRequest, source: string, signal: AbortSignal, caller: Caller) => {
    const facts = await worker.describe(source);
    const { reasons } = facts.thinking;
    const thinking = resolveThinking(facts.thinking, request);
    const tools = offeredTools(request);
    const format = tools.length > 0 ? facts.callFormat : facts.format;
    const spoken = reasons ? format : withoutReasoning(format);
    const needsEnd = tools.length > 0 || reasons || format.messages !== undefined || format.contentOpens !== undefined;
    const shown = { request, tools, facts, thinking, needsEnd };
    const { prompt, promptEnd } = await renderPrompt(shown, { endpoint, quirks, signal, caller });
    const order = grammarOrder(request, { format: spoken, promptEnd });
    const grammar = order && (await worker.write(order));
    const completion = completionOf(request, prompt);
    const worded = wordRequest(completion, quirks, model, caller.cacheSalt);
    const body = {
      ...worded.body,
      // A mark that is a token of its own is written only where that is asked for.
      preserved_tokens: controlMarks(format),
      ...(grammar && grammarFields(grammar)),
      ...budgetFields(thinking.budget, spoken, { request, promptEnd }),
    };
    const emulated = [...worded.emulated, ...thinking.emulated, ...(grammar?.relaxed ?? [])];
    const asked = { endpoint, quirks, request: completion, worded: { ...worded, body, emulated } };
    const held = { format, written: spoken, content: grammar?.content };
    const parsing = { tools: toolDefinitions(tools), promptEnd, separatesReasoning: true };
    return readTexts(await askServer(asked, signal, caller), () => createHeldAnswerParser(held, parsing));
  };

  /** What the server renders by itself: functions that the template has no place for would be forgotten. */
  const refuseForgotten = async (request: EngineRequest, source: string) => {
    if (offeredTools(request).length === 0) return;
    if ((await worker.describe(source)).capabilities.supportsTools) return;
    const problem = "`tools`: this model's chat template has no place for them where a request holds images.";
    throw new ManifoldError('unsupported_parameter', `${problem} Leave out one or the other.`, { param: 'tools' });
  };

  return async (request, signal, caller) => {
    const source = template();
    if (source === undefined || request.prompt !== undefined) return undefined;
    if (isRendered(request)) return ask(request, source, signal, caller);
    await refuseForgotten(request, source);
    return undefined;
  };
}

/** Whether a request can be asked as a bare prompt. */
function isRendered(request: EngineRequest): boolean {
  if (request.continue_final_message || request.add_generation_prompt === false) return false;
  // A bare prompt has no images.
  return !request.messages.some(hasImages);
}

/** The same as a text completion: what the template was told stays out. */
function completionOf(request: EngineRequest, prompt: string): EngineRequest {
  return {
    ...request,
    messages: [],
    prompt,
    tools: undefined,
    tool_choice: undefined,
    parallel_tool_calls: true,
    output: undefined,
    reasoning_effort: undefined,
    chat_template_kwargs: undefined,
    documents: undefined,
    thinking_budget: undefined,
  };
}

/** Ends the reasoning after so many tokens. The server knows marks only, and not messages that hold reasoning. */
function budgetFields(budget: number | undefined, { reasoning, messages }: OutputFormat, of: Budgeted): object {
  if (budget === undefined || (reasoning === undefined && messages === undefined)) return {};
  if (reasoning === undefined) {
    const param = of.request.thinking_budget?.param ?? 'reasoning_effort';
    const problem = `\`${param}\`: llama-server cannot end the reasoning of this model. Leave it out.`;
    throw new ManifoldError('unsupported_parameter', problem, { param });
  }
  return {
    reasoning_budget_tokens: budget,
    reasoning_budget_start_tag: reasoning.open[0] ?? '',
    reasoning_budget_end_tags: [reasoning.close],
    // Without this the server has nothing to end it with.
    reasoning_budget_message: '',
    generation_prompt: of.promptEnd,
  };
}

interface Budgeted {
  readonly request: EngineRequest;
  readonly promptEnd: string;
}
