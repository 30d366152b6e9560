import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import type { EngineRequest } from '../../api/internal/engine-request.ts';
import type { Usage } from '../../api/usage.ts';
import { merge } from '../../lib/merge.ts';

/** `hasBegun`: another choice was accepted, so that the answer waits for this one as long as that takes. */
type Ask = (
  request: EngineRequest,
  signal: AbortSignal,
  hasBegun: boolean,
) => Promise<AsyncIterable<ChatCompletionChunk>>;

/**
 * Several choices of a server that makes one at a time: as many requests, each with a seed of its own, their usage
 * summed. The prompt is counted once for each, since it is read as often. Resolves when the first was accepted; the
 * others may have to wait until it has ended. One that fails ends them all.
 */
export async function fanOut(
  request: EngineRequest,
  ask: Ask,
  signal: AbortSignal,
): Promise<AsyncIterable<ChatCompletionChunk>> {
  const stopping = new AbortController();
  const all = AbortSignal.any([signal, stopping.signal]);
  const askOne = (at: number) =>
    ask({ ...request, n: 1, ...(request.seed !== undefined && { seed: request.seed + at }) }, all, at > 0);
  const first = await askOne(0);
  const others = Array.from({ length: request.n - 1 }, (_, at) => whenRead(() => askOne(at + 1)));
  return joined([first, ...others], stopping);
}

async function* whenRead(open: () => Promise<AsyncIterable<ChatCompletionChunk>>): AsyncGenerator<ChatCompletionChunk> {
  yield* await open();
}

async function* joined(
  streams: readonly AsyncIterable<ChatCompletionChunk>[],
  stopping: AbortController,
): AsyncGenerator<ChatCompletionChunk> {
  const usages: Usage[] = [];
  let last: ChatCompletionChunk | undefined;
  try {
    for await (const { at, item } of merge(streams)) {
      last = item;
      if (item.usage && item.choices.length === 0) usages.push(item.usage);
      else yield { ...item, choices: item.choices.map((choice) => ({ ...choice, index: at })) };
    }
    if (last) yield { ...last, choices: [], usage: sumOf(usages) };
  } finally {
    stopping.abort();
  }
}

function sumOf(usages: readonly Usage[]): Usage {
  const sum = (count: (usage: Usage) => number | undefined) =>
    usages.reduce((total, each) => total + (count(each) ?? 0), 0);
  const reasoning = sum((usage) => usage.completion_tokens_details?.reasoning_tokens);
  const cached = sum((usage) => usage.prompt_tokens_details?.cached_tokens);
  return {
    prompt_tokens: sum((usage) => usage.prompt_tokens),
    completion_tokens: sum((usage) => usage.completion_tokens),
    total_tokens: sum((usage) => usage.total_tokens),
    ...(cached > 0 && { prompt_tokens_details: { cached_tokens: cached } }),
    ...(reasoning > 0 && { completion_tokens_details: { reasoning_tokens: reasoning } }),
  };
}
