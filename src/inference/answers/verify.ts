import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import type { EngineRequest, OutputConstraint } from '../../api/internal/engine-request.ts';
import { messageText } from '../../api/message.ts';
import { ManifoldError } from '../../errors.ts';
import { bearsContent, says } from '../../engines/bears-content.ts';
import { forcedCallProblem } from './forced-call.ts';
import { checksOf, gather, type GatheredCall } from './whole-calls.ts';

type Choice = ChatCompletionChunk['choices'][number];
type Asked = Pick<EngineRequest, 'output' | 'stop' | 'messages' | 'echo'> &
  Partial<Pick<EngineRequest, 'tools' | 'tool_choice'>>;

/** What is wrong with a finished text, as the end of a sentence that begins with "it"; undefined where nothing is. */
export type FindProblem = (text: string, output: OutputConstraint, signal: AbortSignal) => Promise<string | undefined>;

/** What one choice has said so far. */
interface Said {
  text: string;
  readonly calls: GatheredCall[];
}

/** Told what the engine said, before it is known whether it leaves. */
type Hear = (choice: Choice) => void;

/**
 * An engine's stream in which no choice ends as if it were what was asked for when it is not: that fails with
 * `engine_error` in place of the choice's last chunk. Checked are a text that the model ended by itself, and calls that
 * are about to be complete: that they were made where they are demanded, that their arguments are an object, and for a
 * strict function what its parameters say. Not checked is what a limit or a stop string cut, nor what is said beside calls. Grammars are the engine's matter.
 */
export function verify(
  chunks: AsyncIterable<ChatCompletionChunk>,
  request: Asked,
  findProblem: FindProblem,
  signal: AbortSignal,
  hear: Hear = () => undefined,
): AsyncIterable<ChatCompletionChunk> {
  const { output, tools = [] } = request;
  const isUnasked = (output === undefined || output.kind === 'grammar') && tools.length === 0;
  return isUnasked ? chunks : verified(chunks, request, findProblem, signal, hear);
}

async function* verified(
  chunks: AsyncIterable<ChatCompletionChunk>,
  request: Asked,
  findProblem: FindProblem,
  signal: AbortSignal,
  hear: Hear,
): AsyncGenerator<ChatCompletionChunk> {
  const { tools = [], tool_choice: demanded } = request;
  const choices = new Map<number, Said>();
  const find: Find = (text, constraint, what) =>
    findProblem(text, constraint, signal).catch((cause: unknown) => {
      throw signal.aborted ? cause : unchecked(constraint, what, cause);
    });
  // A preamble waits for content, so that an answer that ends at once can still fail with a status.
  let held: ChatCompletionChunk[] | undefined = [];
  for await (const chunk of chunks) {
    for (const choice of chunk.choices) {
      const said = choices.get(choice.index) ?? { text: '', calls: [] };
      choices.set(choice.index, said);
      said.text += choice.delta.content ?? '';
      gather(said.calls, choice.delta.tool_calls ?? []);
      if (says(choice)) hear(choice);
      if (isComplete(choice, said, request)) {
        const problem = forcedCallProblem(demanded, said.calls);
        if (problem !== undefined) throw misfit({ param: 'tool_choice' }, 'answer', problem);
      }
      // oxlint-disable-next-line no-await-in-loop -- nothing may overtake the end of a choice
      await (said.calls.length > 0 ? checkCalls(choice, said, tools, find) : checkText(choice, said, request, find));
    }
    if (held !== undefined && !bearsContent(chunk)) {
      held.push(chunk);
      continue;
    }
    if (held !== undefined) yield* held;
    held = undefined;
    yield chunk;
  }
  if (held !== undefined) yield* held;
}

type What = 'answer' | 'call';
type Find = (text: string, output: OutputConstraint, what: What) => Promise<string | undefined>;

async function checkText(choice: Choice, { text }: Said, request: Asked, find: Find): Promise<void> {
  const { output, stop } = request;
  if (output === undefined || output.kind === 'grammar' || !endedByItself(choice, stop.length > 0)) return;
  const problem = await find(withoutEcho(text, request), output, 'answer');
  if (problem !== undefined) throw misfit(output, 'answer', problem);
}

/** An engine that says no more than `stop` has completed its calls where they are whole (wire rule R22). */
async function checkCalls(
  { finish_reason: reason }: Choice,
  { calls }: Said,
  tools: Asked['tools'],
  find: Find,
): Promise<void> {
  if (reason !== 'tool_calls' && reason !== 'stop') return;
  for (const { text, output, isWholeness } of checksOf(calls, tools)) {
    // oxlint-disable-next-line no-await-in-loop -- the first problem is enough
    const problem = await find(text, output, 'call');
    if (problem !== undefined && isWholeness && reason === 'stop') return;
    if (problem !== undefined) throw misfit(output, 'call', problem);
  }
}

/** Whether a choice is about to end as if nothing had cut it. Calls that end in `stop` may be whole, and then they are. */
function isComplete(choice: Choice, { calls }: Said, { stop }: Pick<Asked, 'stop'>): boolean {
  const { finish_reason: reason } = choice;
  return reason === 'tool_calls' || (reason === 'stop' && calls.length > 0) || endedByItself(choice, stop.length > 0);
}

/** An engine that says no more than `stop` may have met a stop string, if there are any. */
function endedByItself(choice: Choice, hasStops: boolean): boolean {
  if (choice.finish_reason !== 'stop') return false;
  return choice.stop_reason === null || (choice.stop_reason === undefined && !hasStops);
}

/** What was generated: `echo` puts the message that the answer continues before it. */
function withoutEcho(text: string, request: Pick<EngineRequest, 'messages' | 'echo'>): string {
  const last = request.messages.at(-1);
  if (last?.role !== 'assistant' || !request.echo) return text;
  const echo = messageText(last);
  return text.startsWith(echo) ? text.slice(echo.length) : text;
}

function misfit({ param }: Pick<OutputConstraint, 'param'>, what: What, problem: string): ManifoldError {
  return new ManifoldError(
    'engine_error',
    `The model's ${what} is not what \`${param}\` asks for: it ${problem}. Try again, or try another model.`,
    { param },
  );
}

function unchecked({ param }: OutputConstraint, what: What, cause: unknown): ManifoldError {
  return new ManifoldError(
    'engine_error',
    `Whether the model's ${what} is what \`${param}\` asks for takes too much to find out. Simplify the schema.`,
    { param, cause },
  );
}
