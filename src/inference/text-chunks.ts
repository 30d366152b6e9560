import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { CompletionChunk, CompletionFinishReason } from '../api/completion.ts';
import type { FinishReason } from '../api/chat-completion.ts';
import { createLogprobWriter, type LogprobWriter } from './completion-logprobs.ts';

interface TextOptions {
  /** What each choice's text begins with: its prompt, where it is echoed. */
  readonly echoOf: (choice: number) => string;
}

/** What is known of a choice whose beginning is out. */
interface Begun {
  readonly writeLogprobs: LogprobWriter;
}

/** The stream of a bare prompt's answer as text completion chunks under one identity. A chunk that says nothing is left out. */
export async function* toTextChunks(
  chunks: AsyncIterable<ChatCompletionChunk>,
  { echoOf }: TextOptions,
): AsyncGenerator<CompletionChunk> {
  const begun = new Map<number, Begun>();
  let identity: Pick<CompletionChunk, 'id' | 'created' | 'model'> | undefined;
  for await (const { id, created, model, system_fingerprint, choices, usage } of chunks) {
    identity ??= { id: id.replace(/^chatcmpl-/, 'cmpl-'), created, model };
    const head = { ...identity, object: 'text_completion' as const, system_fingerprint };
    for (const { index, delta, logprobs, finish_reason: reason } of choices) {
      const echo = begun.has(index) ? '' : echoOf(index);
      const choice = begun.get(index) ?? { writeLogprobs: createLogprobWriter(charactersIn(echo)) };
      begun.set(index, choice);
      const text = echo + (delta.content ?? '');
      if (text === '' && !logprobs?.content && !reason) continue;
      yield {
        ...head,
        choices: [
          {
            index,
            text,
            logprobs: logprobs?.content ? choice.writeLogprobs(logprobs.content) : null,
            finish_reason: reason ? reasonOf(reason) : null,
          },
        ],
      };
    }
    if (choices.length === 0) yield { ...head, choices: [], usage: usage ?? null };
  }
}

/** A bare prompt's answer calls nothing. */
function reasonOf(reason: FinishReason): CompletionFinishReason {
  return reason === 'tool_calls' ? 'stop' : reason;
}

/** Characters as clients in most languages count them: code points. */
function charactersIn(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
