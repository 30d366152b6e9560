import { z } from 'zod';
import type { EngineRequest } from '../../../api/internal/engine-request.ts';
import { ManifoldError } from '../../../errors.ts';
import { toolDefinitions } from '../../../formats/answer-grammar.ts';
import { createAnswerParser } from '../../../formats/answer-parser.ts';
import { controlMarks } from '../../../formats/output-format.ts';
import { outputFrameOf } from '../../../formats/output-frame.ts';
import { createOutputParser } from '../../../formats/output-parser.ts';
import type { Caller } from '../../engine.ts';
import { askServer } from '../../openai-compatible/ask-server.ts';
import { readTexts } from '../../openai-compatible/raw-answer.ts';
import { readJson } from '../../openai-compatible/read-json.ts';
import { wordRequest } from '../../openai-compatible/worded-request.ts';
import type { Quirks } from '../../quirks/quirks.ts';
import { connectionFailure } from '../../upstream/connection-failure.ts';
import type { Endpoint } from '../../upstream/endpoint.ts';
import type { AskApart } from '../../upstream/upstream-engine.ts';
import type { HeldGrammars } from './held-grammars.ts';
import type { HeldGrammar } from './write-held-grammar.ts';

interface Parts {
  readonly endpoint: Endpoint;
  readonly quirks: Quirks;
  readonly model: string;
  readonly grammars: HeldGrammars;
  /** The model's chat template; undefined while that is unknown. */
  readonly template: () => string | undefined;
}

const applied = z.object({ prompt: z.string() });

/**
 * Asks for answers that have to be something: content of a schema, or calls. The server by itself does not force calls,
 * and makes grammars of schemas that it may not survive; so it only renders the prompt and generates, and the grammar
 * and the reading of its text are those of the engine host.
 */
export function createHeldChat({ endpoint, quirks, model, grammars, template }: Parts): AskApart {
  const render = async (request: EngineRequest, addGenerationPrompt: boolean, signal: AbortSignal, caller: Caller) => {
    const asked = { ...request, add_generation_prompt: addGenerationPrompt };
    const { stream: _stream, stream_options: _options, ...body } = wordRequest(asked, quirks, model, '').body;
    const response = await endpoint.post('/apply-template', body, signal, caller);
    const value = await readJson(response.body).catch((cause: unknown) => {
      throw connectionFailure(cause, signal);
    });
    const answer = applied.safeParse(value);
    if (answer.success) return answer.data.prompt;
    throw new ManifoldError('engine_error', 'The engine sent an answer of another shape.', { cause: answer.error });
  };

  const ask = async (request: EngineRequest, source: string, signal: AbortSignal, caller: Caller) => {
    const { output, tool_choice: choice = 'auto' } = request;
    const tools = choice === 'none' ? [] : (request.tools ?? []);
    const shown = { ...request, tools, tool_choice: undefined, output: undefined };
    const [prompt, without] = await Promise.all([
      render(shown, true, signal, caller),
      render(shown, false, signal, caller),
    ]);
    const promptEnd = prompt.slice(commonLength(prompt, without));
    const held = await grammars.of({
      template: source,
      tools,
      choice: tools.length === 0 ? 'none' : typeof choice === 'string' ? choice : { name: choice.function.name },
      // One function by name is one call of it.
      parallel: typeof choice === 'string' && request.parallel_tool_calls,
      promptEnd,
      output,
    });
    const completion = completionOf(request, prompt);
    const worded = wordRequest(completion, quirks, model, caller.cacheSalt);
    const body = { ...worded.body, ...holding(held), ...budgetOf(request, held, promptEnd) };
    const emulated = [...worded.emulated, ...held.relaxed];
    const asked = { endpoint, quirks, request: completion, worded: { ...worded, body, emulated } };
    return readTexts(await askServer(asked, signal, caller), () => parserOf(held, tools, promptEnd));
  };

  return (request, signal, caller) => {
    const source = template();
    return source !== undefined && isHeld(request) ? ask(request, source, signal, caller) : undefined;
  };
}

/** Whether the answer has to be something that a grammar can hold from its beginning. */
function isHeld(request: EngineRequest): boolean {
  const { prompt, messages, output, tools, tool_choice: choice } = request;
  const forcesCalls = tools !== undefined && tools.length > 0 && (choice === 'required' || typeof choice === 'object');
  if (prompt !== undefined || (output === undefined && !forcesCalls)) return false;
  if (request.continue_final_message || request.add_generation_prompt === false) return false;
  // A bare prompt has no images.
  return messages.every(({ content }) => !Array.isArray(content) || content.every(({ type }) => type === 'text'));
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

function holding({ grammar, format }: HeldGrammar): object {
  // A mark that is a token of its own is written only where that is asked for.
  return { grammar, preserved_tokens: controlMarks(format) };
}

function budgetOf({ thinking_budget: budget }: EngineRequest, { format }: HeldGrammar, promptEnd: string): object {
  const { reasoning } = format;
  if (budget === undefined || reasoning === undefined) return {};
  return {
    reasoning_budget_tokens: budget.tokens,
    reasoning_budget_start_tag: reasoning.open[0] ?? '',
    reasoning_budget_end_tags: [reasoning.close],
    generation_prompt: promptEnd,
  };
}

function parserOf({ format, content }: HeldGrammar, tools: EngineRequest['tools'], promptEnd: string) {
  const definitions = toolDefinitions(tools ?? []);
  if (content === undefined) {
    return createAnswerParser(format, { tools: definitions, promptEnd, separatesReasoning: true });
  }
  const { allowsGap, callTrigger } = content;
  const calls = callTrigger && { trigger: callTrigger, tools: definitions };
  return createOutputParser(format, { frame: outputFrameOf(format, promptEnd), allowsGap, calls });
}

function commonLength(one: string, other: string): number {
  let at = 0;
  while (at < other.length && one[at] === other[at]) at++;
  return at;
}
