import type { EngineRequest } from '../api/internal/engine-request.ts';
import { createAnswerParser } from '../formats/answer-parser.ts';
import type { ChatTemplate, PromptSegment } from '../formats/chat-template.ts';
import { generationPrompt } from '../formats/generation-prompt.ts';
import type { OutputFormat } from '../formats/output-format.ts';
import { outputFrameOf } from '../formats/output-frame.ts';
import { createOutputParser } from '../formats/output-parser.ts';
import { fallback } from '../formats/families/json-in-tags.ts';
import { AnswerReader } from './answer-reader.ts';
import type { ReadyGrammar } from './grammars.ts';
import type { LoadedModel } from './model.ts';
import { toolDefinitions } from './write-grammar.ts';

/** What a request means for a model: what it is shown, what its answer has to be, and how that is read. */
export interface AnswerPlan {
  readonly prompt: readonly PromptSegment[];
  readonly grammar: ReadyGrammar | undefined;
  /** The field of the request that the grammar comes from. */
  readonly grammarParam: string;
  /** Fields of the request that are honoured less strictly than they say. */
  readonly emulated: readonly string[];
  /** One for each choice. */
  createReader(): AnswerReader;
}

type Asked = Pick<EngineRequest, 'messages' | 'tools' | 'tool_choice' | 'parallel_tool_calls' | 'output'>;

/** Rejects with what the template, a tool's schema or the output makes impossible. */
export async function planAnswer(
  model: Pick<LoadedModel, 'template' | 'format' | 'reasons' | 'grammars'>,
  request: Asked,
): Promise<AnswerPlan> {
  const { template } = model;
  const { output } = request;
  const choice = request.tool_choice ?? 'auto';
  const tools = choice === 'none' ? [] : (request.tools ?? []);
  const shown = tools.length > 0 ? { tools } : {};
  const prompt = template.render(request.messages, shown);
  const format = tools.length > 0 ? callFormat(model.format, template) : model.format;
  // Most requests need not know how the prompt ends, and finding out takes another rendering.
  const isPlain = tools.length === 0 && !model.reasons && !format.messages && (!output || !format.contentOpens);
  const promptEnd = isPlain ? '' : generationPrompt(template, request.messages, shown, prompt);
  const written = model.reasons ? format : withoutReasoning(format);
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
  const definitions = toolDefinitions(tools);
  const createParser = () => {
    if (grammar?.content === undefined) {
      return createAnswerParser(format, { tools: definitions, promptEnd, separatesReasoning: true });
    }
    const { allowsGap, callTrigger } = grammar.content;
    const calls = callTrigger && { trigger: callTrigger, tools: definitions };
    return createOutputParser(written, { frame: outputFrameOf(written, promptEnd), allowsGap, calls });
  };
  return {
    prompt,
    grammar,
    grammarParam: output?.param ?? 'tools',
    emulated: grammar?.relaxed ?? [],
    createReader: () => new AnswerReader(createParser()),
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
