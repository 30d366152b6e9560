import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { EngineRequest, OutputConstraint } from '../api/internal/engine-request.ts';
import { messageText } from '../api/message.ts';
import { ManifoldError } from '../errors.ts';
import { bearsContent } from '../engines/bears-content.ts';

type Choice = ChatCompletionChunk['choices'][number];

/** What is wrong with a finished text, as the end of a sentence that begins with "it"; undefined where nothing is. */
export type FindProblem = (text: string, output: OutputConstraint, signal: AbortSignal) => Promise<string | undefined>;

/**
 * An engine's stream in which no choice ends as if its content were what was asked for when it is not: that fails
 * with `engine_error` in place of the choice's last chunk. Checked is a text that the model ended by itself; not one
 * that a limit or a stop string cut, nor what is said beside calls. Grammars are the engine's matter.
 */
export async function* verify(
  chunks: AsyncIterable<ChatCompletionChunk>,
  request: Pick<EngineRequest, 'output' | 'stop' | 'messages' | 'echo'>,
  findProblem: FindProblem,
  signal: AbortSignal,
): AsyncGenerator<ChatCompletionChunk> {
  const { output, stop } = request;
  if (output === undefined || output.kind === 'grammar') {
    yield* chunks;
    return;
  }
  const texts = new Map<number, string>();
  const called = new Set<number>();
  // A preamble waits for content, so that an answer that ends at once can still fail with a status.
  let held: ChatCompletionChunk[] | undefined = [];
  for await (const chunk of chunks) {
    for (const choice of chunk.choices) {
      const { index, delta } = choice;
      const text = (texts.get(index) ?? '') + (delta.content ?? '');
      texts.set(index, text);
      if (delta.tool_calls && delta.tool_calls.length > 0) called.add(index);
      if (!endedByItself(choice, stop.length > 0) || called.has(index)) continue;
      // oxlint-disable-next-line no-await-in-loop -- nothing may overtake the end of a choice
      const problem = await findProblem(withoutEcho(text, request), output, signal).catch((cause: unknown) => {
        throw signal.aborted ? cause : unchecked(output, cause);
      });
      if (problem !== undefined) throw misfit(output, problem);
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

function misfit({ param }: OutputConstraint, problem: string): ManifoldError {
  return new ManifoldError(
    'engine_error',
    `The model's answer is not what \`${param}\` asks for: it ${problem}. Try again, or try another model.`,
    { param },
  );
}

function unchecked({ param }: OutputConstraint, cause: unknown): ManifoldError {
  return new ManifoldError(
    'engine_error',
    `Whether the model's answer is what \`${param}\` asks for takes too much to find out. Simplify the schema.`,
    { param, cause },
  );
}
