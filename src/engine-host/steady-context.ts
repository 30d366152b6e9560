import type { EngineTuning } from '../api/internal/engine-host.ts';

/** Tokens of a prompt that a context for deterministic requests reads in a step: always the same, whatever else runs. */
export const steadyBatchTokens = 64;

/**
 * How such a context attends: whatever memory there was when its model was loaded, and so that it does not matter how many
 * threads there are, which changes as other models come and go. On a processor the library's flash attention divides the
 * cells that one token looks at between the threads, unless they are quantized, and the last bits are those of the division.
 */
export function steadyAttention(
  { flashAttention, kvType }: Pick<EngineTuning, 'flashAttention' | 'kvType'>,
  onProcessor: boolean,
): EngineTuning['flashAttention'] {
  const isDivided = onProcessor && (kvType === 'f16' || kvType === 'f32');
  return isDivided ? 'off' : flashAttention;
}
