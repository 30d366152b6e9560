import type { EngineRequest } from '../api/internal/engine-request.ts';
import { boundsOf, type BoundFacts } from './account-bounds.ts';
import type { Measurement } from './meter.ts';

/** No template writes more: what is counted beyond that came from somewhere else, and may not come again. */
const mostSurplus = 4096;

/**
 * Tokens by which a prompt that was counted exceeds what is reckoned with for any model: what its model's template wrote beyond what is reckoned with.
 * 0 where it does not, and where that says nothing of the template: of images, plain prompts, several prompts or choices.
 */
export function surplusSeen(
  requests: readonly EngineRequest[],
  facts: BoundFacts,
  { promptTokens, isEstimated }: Pick<Measurement, 'promptTokens' | 'isEstimated'>,
): number {
  const [request, ...others] = requests;
  if (request === undefined || others.length > 0 || promptTokens === undefined || isEstimated === true) return 0;
  if (request.n > 1 || request.prompt !== undefined || hasImages(request)) return 0;
  const unknown = boundsOf(request, { ...facts, templateSurplus: 0 }).inputTokens;
  return Math.min(mostSurplus, Math.max(0, promptTokens - unknown));
}

export function hasImages({ messages }: EngineRequest): boolean {
  return messages.some(({ content }) => Array.isArray(content) && content.some((part) => part.type === 'image_url'));
}
