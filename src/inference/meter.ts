import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { ImageFacts } from '../api/internal/image-facts.ts';
import { toManifoldError, type ErrorCode } from '../errors.ts';
import { bearsContent, says } from '../engines/bears-content.ts';
import { staged } from '../lib/staged.ts';

/** What one request used, filled in while it runs. */
export interface Measurement {
  ttftMs?: number;
  /** Of the images that the engine was shown, in their order. */
  images?: readonly ImageFacts[];
  promptTokens?: number;
  /** Those of them that the engine had computed before. */
  cachedTokens?: number;
  completionTokens?: number;
  /** True when the engine's own figures never came: `completionTokens` then counts what it sent. */
  isEstimated?: boolean;
  /** Fields of the request that the engine honoured in another way than asked. */
  emulated?: readonly string[];
  /** Attempts that were lost on a replica before anything of an answer was seen. */
  lostAttempts?: number;
  finishReason?: string;
  errorCode?: ErrorCode;
}

/** Where measurements go. */
export interface MeterSink {
  waitingChanged(model: string, by: 1 | -1): void;
  runningChanged(model: string, by: 1 | -1): void;
  firstToken(model: string, afterMs: number): void;
  tokensUsed(model: string, tokens: { prompt: number; cached: number; completion: number }): void;
}

interface MeterOptions {
  readonly model: string;
  readonly measurement: Measurement;
  readonly sink: MeterSink;
  readonly signal: AbortSignal;
}

/**
 * The same chunks, measured. Whatever it counts up it counts down exactly once, however the stream ends:
 * finished, failed, left half-way, or never read and aborted.
 */
export function meter(
  chunks: AsyncIterable<ChatCompletionChunk>,
  options: MeterOptions,
): AsyncIterable<ChatCompletionChunk> {
  const { model, measurement, sink, signal } = options;
  const startedAt = performance.now();
  let phase: 'waiting' | 'running' | 'settled' = 'waiting';
  let pieces = 0;
  sink.waitingChanged(model, 1);

  const settle = () => {
    if (phase === 'settled') return;
    if (phase === 'waiting') sink.waitingChanged(model, -1);
    else sink.runningChanged(model, -1);
    phase = 'settled';
    signal.removeEventListener('abort', settle);
    if (measurement.completionTokens === undefined && pieces > 0) {
      measurement.completionTokens = pieces;
      measurement.isEstimated = true;
    }
    sink.tokensUsed(model, {
      prompt: measurement.promptTokens ?? 0,
      cached: measurement.cachedTokens ?? 0,
      completion: measurement.completionTokens ?? 0,
    });
  };
  if (signal.aborted) settle();
  else signal.addEventListener('abort', settle, { once: true });

  const observe = (chunk: ChatCompletionChunk) => {
    if (phase === 'waiting' && bearsContent(chunk)) {
      phase = 'running';
      sink.waitingChanged(model, -1);
      sink.runningChanged(model, 1);
      measurement.ttftMs = performance.now() - startedAt;
      sink.firstToken(model, measurement.ttftMs);
    }
    for (const choice of chunk.choices) {
      if (says(choice)) pieces++;
      if (choice.finish_reason) measurement.finishReason = choice.finish_reason;
    }
    if (chunk.usage) {
      measurement.promptTokens = chunk.usage.prompt_tokens;
      measurement.completionTokens = chunk.usage.completion_tokens;
      const cached = chunk.usage.prompt_tokens_details?.cached_tokens;
      if (cached !== undefined) measurement.cachedTokens = cached;
    }
  };

  return staged(chunks, {
    take(chunk) {
      observe(chunk);
      return [chunk];
    },
    close(failure) {
      if (failure) measurement.errorCode = toManifoldError(failure.reason).code;
      settle();
    },
  });
}
