import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { CompletionChunk, CompletionFinishReason } from '../api/completion.ts';
import type { FinishReason } from '../api/chat-completion.ts';
import { createLogprobWriter, type LogprobEntry, type LogprobWriter } from './completion-logprobs.ts';
import { promptEntries, type EchoedPrompt } from './prompt-entries.ts';

interface TextOptions {
  /** How many choices each prompt has. */
  readonly choicesEach: number;
  /** By prompt, what its choices begin with; absent when nothing is echoed. */
  readonly echoes?: readonly EchoedPrompt[] | undefined;
  /** How many of the likeliest tokens are told of each token of an echoed prompt, where the engine reports them. */
  readonly mostTop?: number | undefined;
}

/** The stream of bare prompts' answers as text completion chunks under one identity. A chunk that says nothing is left out. */
export async function* toTextChunks(
  chunks: AsyncIterable<ChatCompletionChunk>,
  { choicesEach, echoes, mostTop = 0 }: TextOptions,
): AsyncGenerator<CompletionChunk> {
  const writers = new Map<number, LogprobWriter>();
  const reports = new Map<number, readonly LogprobEntry[]>();
  let identity: Pick<CompletionChunk, 'id' | 'created' | 'model'> | undefined;
  for await (const chunk of chunks) {
    const { id, created, model, system_fingerprint, choices, usage } = chunk;
    identity ??= { id: id.replace(/^chatcmpl-/, 'cmpl-'), created, model };
    const head = { ...identity, object: 'text_completion' as const, system_fingerprint };
    for (const { index, delta, logprobs, finish_reason: reason } of choices) {
      const prompt = Math.floor(index / choicesEach);
      const echo = writers.has(index) ? undefined : echoes?.[prompt];
      // The first chunk of a prompt tells of it, for all its choices.
      if (echo && !reports.has(prompt)) reports.set(prompt, promptEntries(chunk, echo, mostTop));
      const ofPrompt = (echo && reports.get(prompt)) ?? [];
      const start = ofPrompt.length > 0 ? 0 : charactersIn(echo?.text ?? '');
      const write = writers.get(index) ?? createLogprobWriter(start);
      writers.set(index, write);
      const text = (echo?.text ?? '') + (delta.content ?? '');
      const told = logprobs?.content ?? undefined;
      const entries = told || ofPrompt.length > 0 ? [...ofPrompt, ...(told ?? [])] : undefined;
      if (text === '' && !entries && !reason) continue;
      const finish_reason = reason ? reasonOf(reason) : null;
      yield { ...head, choices: [{ index, text, logprobs: entries ? write(entries) : null, finish_reason }] };
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
