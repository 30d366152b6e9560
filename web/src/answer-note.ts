import type { WireUsage } from './wire.ts';

export interface Outcome {
  readonly finishReason: string | null;
  readonly usage: WireUsage | undefined;
  readonly firstTokenMs: number | undefined;
  readonly totalMs: number;
  readonly isStopped: boolean;
}

/** The least time in which a speed can be told. */
const shortestMs = 100;

/** The quiet line below an answer: how it ended, how many tokens, how fast. */
export function answerNote({ finishReason, usage, firstTokenMs, totalMs, isStopped }: Outcome): string {
  const parts: string[] = [];
  if (isStopped) parts.push('stopped');
  else if (finishReason === 'length') parts.push('cut off at the token limit');
  else if (finishReason === 'content_filter') parts.push('withheld by a content filter');
  if (usage !== undefined) {
    parts.push(`${usage.prompt_tokens} + ${usage.completion_tokens} tokens`);
  }
  if (firstTokenMs !== undefined) {
    parts.push(`first after ${duration(firstTokenMs)}`);
    const decodeMs = totalMs - firstTokenMs;
    // Speed of a handful of tokens says nothing, nor that of an answer whose packets came together.
    if (usage !== undefined && usage.completion_tokens > 8 && decodeMs >= shortestMs) {
      parts.push(`${Math.round(((usage.completion_tokens - 1) / decodeMs) * 1000)} tokens/s`);
    }
  }
  return parts.join(' · ');
}

function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
