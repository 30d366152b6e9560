import type { Usage } from '../../api/usage.ts';
import { isObject } from '../../lib/is-object.ts';

/** More tokens than any answer has: a count above is none. */
const most = 1e9;

/**
 * The token counts of a server, in whichever shape. Undefined where it gives none, or none that can be true; zeros
 * that it states are kept.
 */
export function readUsage(value: unknown): Usage | undefined {
  if (!isObject(value)) return undefined;
  const prompt = count(value['prompt_tokens'] ?? value['input_tokens']);
  const total = count(value['total_tokens']);
  const rest = prompt === undefined || total === undefined ? undefined : Math.max(0, total - prompt);
  const completion = count(value['completion_tokens'] ?? value['output_tokens'] ?? rest);
  if (prompt === undefined || completion === undefined) return undefined;
  const reasoning = count(member(value, 'completion_tokens_details', 'reasoning_tokens') ?? value['reasoning_tokens']);
  const cached = count(
    member(value, 'prompt_tokens_details', 'cached_tokens') ??
      value['cached_tokens'] ??
      value['prompt_cache_hit_tokens'],
  );
  // Some count the reasoning beside the completion, and in the total.
  const isBeside = reasoning !== undefined && reasoning > 0 && total === prompt + completion + reasoning;
  const completionTokens = completion + (isBeside ? reasoning : 0);
  return {
    prompt_tokens: prompt,
    completion_tokens: completionTokens,
    total_tokens: prompt + completionTokens,
    ...(cached !== undefined && { prompt_tokens_details: { cached_tokens: Math.min(cached, prompt) } }),
    ...(reasoning !== undefined && {
      completion_tokens_details: { reasoning_tokens: Math.min(reasoning, completionTokens) },
    }),
  };
}

function member(value: Record<string, unknown>, name: string, inner: string): unknown {
  const object = value[name];
  return isObject(object) ? object[inner] : undefined;
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most ? value : undefined;
}
