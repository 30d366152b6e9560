import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import type { EngineRequest } from '../../api/internal/engine-request.ts';
import type { Usage } from '../../api/usage.ts';
import { says } from '../../engines/bears-content.ts';
import { answerLeft } from '../../engines/incomplete-answer.ts';
import type { Chat } from '../chat.ts';
import type { Circumstances } from '../circumstances.ts';
import { merge } from '../../lib/merge.ts';
import type { Measurement } from '../meter.ts';
import { sumMeasurements } from './sum-measurements.ts';
import { tokensIn } from '../tokens-in.ts';
import { createSharedTurn } from '../turn.ts';

/**
 * Several requests with equally many choices as one: the first's choices come first in number, usage is the sum. What
 * is thrown is the first failure, of any of them, and it stops the others; so does leaving. Like `chat`, what it throws
 * can still become a status. The account is that of all together.
 */
export async function runTogether(
  chat: Chat,
  requests: readonly EngineRequest[],
  circumstances: Circumstances,
  /** Makes of a refusal of one request what is thrown. */
  explain: (failure: unknown, at: number) => unknown,
): Promise<AsyncIterable<ChatCompletionChunk>> {
  const { signal, measurement, account } = circumstances;
  const parts = requests.map((): Measurement => ({}));
  const controller = new AbortController();
  const sharedTurn = createSharedTurn(requests.length, () => account?.begin());
  const settle = () => sumMeasurements(parts, measurement);
  const stop = (reason: unknown) => {
    signal.removeEventListener('abort', onAbort);
    // What each has used is known once it is stopped.
    controller.abort(reason);
    sharedTurn.end();
    settle();
    void account?.close(reason);
  };
  function onAbort(): void {
    stop(signal.reason);
  }
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });

  const started = requests.map(async (request, at) => {
    try {
      const part = { ...circumstances, account: undefined, sharedTurn, measurement: parts[at] ?? {} };
      return await chat(request, { ...part, signal: controller.signal });
    } catch (failure) {
      throw explain(failure, at);
    }
  });
  try {
    const streams = await Promise.all(started);
    settle();
    const complete = () => {
      settle();
      return account?.close();
    };
    const generated = (tokens: number) => account?.generated(tokens);
    return joined(streams, requests[0]?.n ?? 1, { generated, complete, stop });
  } catch (failure) {
    stop(failure);
    // Those that have begun wait for a reader that will not come.
    for (const each of started) void each.then(leave, () => undefined);
    throw failure;
  }
}

async function leave(stream: AsyncIterable<unknown>): Promise<void> {
  await stream[Symbol.asyncIterator]()
    .return?.()
    .catch(() => undefined);
}

async function* joined(
  streams: readonly AsyncIterable<ChatCompletionChunk>[],
  choicesEach: number,
  told: {
    readonly generated: (tokens: number) => void;
    readonly complete: () => void | Promise<void>;
    readonly stop: (reason: unknown) => void;
  },
): AsyncGenerator<ChatCompletionChunk> {
  const usages: Usage[] = [];
  let last: ChatCompletionChunk | undefined;
  let failure: unknown;
  try {
    for await (const { at, item } of merge(streams)) {
      last = item;
      if (item.usage) usages.push(item.usage);
      if (item.choices.length === 0) continue;
      told.generated(item.choices.reduce((sum, choice) => sum + (says(choice) ? tokensIn(choice) : 0), 0));
      yield { ...item, choices: item.choices.map((choice) => ({ ...choice, index: choice.index + at * choicesEach })) };
    }
    await told.complete();
    if (last) yield { ...last, choices: [], usage: sumOf(usages) };
  } catch (reason) {
    failure = reason;
    throw reason;
  } finally {
    told.stop(failure ?? answerLeft());
  }
}

function sumOf(usages: readonly Usage[]): Usage {
  const sum = (count: (usage: Usage) => number) => usages.reduce((total, usage) => total + count(usage), 0);
  const cached = usages.map((usage) => usage.prompt_tokens_details?.cached_tokens).filter((each) => each !== undefined);
  return {
    prompt_tokens: sum((usage) => usage.prompt_tokens),
    completion_tokens: sum((usage) => usage.completion_tokens),
    total_tokens: sum((usage) => usage.total_tokens),
    ...(cached.length > 0 && {
      prompt_tokens_details: { cached_tokens: cached.reduce((total, each) => total + each, 0) },
    }),
  };
}
