import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { CompletionChunk, CompletionFinishReason } from '../api/completion.ts';
import type { FinishReason } from '../api/chat-completion.ts';
import { createLogprobWriter, type LogprobEntry, type LogprobWriter } from './completion-logprobs.ts';
import { promptEntries, withTop, type EchoedPrompt, type PromptReport } from './prompt-entries.ts';

type Choice = CompletionChunk['choices'][number];

export interface TextOptions {
  /** How many choices each prompt has. */
  readonly choicesEach: number;
  /** By prompt, what its choices begin with; absent when nothing is echoed. */
  readonly echoes?: readonly EchoedPrompt[] | undefined;
  /** How many of the likeliest tokens are told of each token of an echoed prompt, where the engine reports them. */
  readonly mostTop?: number | undefined;
  /** Whether log probabilities name tokens by their ids. */
  readonly namesById?: boolean;
  /** Whether token ids are shown. An engine may send them though nobody asked. */
  readonly showsTokenIds?: boolean;
  /** How many of the likeliest are shown of the prompt's tokens in vLLM's shape; absent: nothing. */
  readonly shownPromptTop?: number | undefined;
}

/** What a prompt's choices say of it. */
interface OfPrompt {
  readonly entries: readonly LogprobEntry[];
  readonly shown: Pick<Choice, 'prompt_token_ids' | 'prompt_logprobs'>;
}

/** The stream of bare prompts' answers as text completion chunks under one identity. A chunk that says nothing is left out. */
export async function* toTextChunks(
  chunks: AsyncIterable<ChatCompletionChunk>,
  options: TextOptions,
): AsyncGenerator<CompletionChunk> {
  const writers = new Map<number, LogprobWriter>();
  const prompts = new Map<number, OfPrompt>();
  let identity: Pick<CompletionChunk, 'id' | 'created' | 'model'> | undefined;
  for await (const chunk of chunks) {
    const { id, created, model, system_fingerprint, choices, usage } = chunk;
    identity ??= { id: id.replace(/^chatcmpl-/, 'cmpl-'), created, model };
    const head = { ...identity, object: 'text_completion' as const, system_fingerprint };
    for (const choice of choices) {
      const { index, delta, logprobs, finish_reason: reason } = choice;
      const at = Math.floor(index / options.choicesEach);
      const echo = options.echoes?.[at];
      // The first chunk of a prompt tells of it, for all its choices.
      const prompt = prompts.get(at) ?? ofPrompt(chunk, echo, options);
      prompts.set(at, prompt);
      const isFirst = !writers.has(index);
      const write =
        writers.get(index) ?? createLogprobWriter(prompt.entries.length > 0 ? 0 : charactersIn(echo?.text ?? ''));
      writers.set(index, write);
      const text = (isFirst ? (echo?.text ?? '') : '') + (delta.content ?? '');
      const before = isFirst ? prompt.entries : [];
      const told = logprobs?.content ?? undefined;
      const entries = told || before.length > 0 ? [...before, ...(told ?? [])] : undefined;
      const extras = { ...(isFirst && prompt.shown), ...extrasOf(choice, options) };
      if (text === '' && !entries && !reason && !tellsTokens(extras)) continue;
      const finish_reason = reason ? reasonOf(reason) : null;
      yield { ...head, choices: [{ index, text, logprobs: entries ? write(entries) : null, finish_reason, ...extras }] };
    }
    if (choices.length === 0) yield { ...head, choices: [], usage: usage ?? null };
  }
}

function ofPrompt(report: PromptReport, echo: EchoedPrompt | undefined, options: TextOptions): OfPrompt {
  const { mostTop = 0, namesById = false, showsTokenIds = false, shownPromptTop } = options;
  const { prompt_token_ids: ids, prompt_logprobs: places } = report;
  return {
    entries: echo ? promptEntries(report, echo, { mostTop, namesById }) : [],
    shown: {
      ...(showsTokenIds && ids && { prompt_token_ids: ids }),
      ...(shownPromptTop !== undefined && places && { prompt_logprobs: withTop(places, ids, shownPromptTop) }),
    },
  };
}

/** What a piece says beside its text: how it ended, and its tokens. */
function extrasOf(
  { finish_reason: reason, stop_reason: stopReason, token_ids: ids }: ChatCompletionChunk['choices'][number],
  { showsTokenIds = false }: TextOptions,
): Pick<Choice, 'stop_reason' | 'token_ids'> {
  return { ...(reason && { stop_reason: stopReason ?? null }), ...(showsTokenIds && ids && { token_ids: ids }) };
}

function tellsTokens({ token_ids: ids, prompt_token_ids: ofPrompt, prompt_logprobs: places }: Partial<Choice>): boolean {
  return (ids?.length ?? 0) > 0 || ofPrompt !== undefined || places !== undefined;
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
