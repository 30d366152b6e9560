import type { EngineRequest } from '../../api/internal/engine-request.ts';
import { hasImages } from '../../api/message.ts';
import type { Measurement } from '../meter.ts';

/** No template writes more: what is counted beyond that came from somewhere else, and may not come again. */
const mostSurplus = 4096;

/** What was reserved for the prompt, and how much of it for what the template is known to write. */
interface Reserved {
  readonly inputTokens: number;
  readonly templateSurplus: number;
}

/**
 * Tokens that a model's template writes beyond what is reckoned with for any model, as a prompt shows that was counted and
 * is more than was reserved. 0 where it is not, and where it says nothing of the template: images, plain prompts, several
 * prompts or choices.
 */
export function surplusSeen(
  requests: readonly EngineRequest[],
  { inputTokens, templateSurplus }: Reserved,
  { promptTokens = 0, isEstimated }: Pick<Measurement, 'promptTokens' | 'isEstimated'>,
): number {
  // Most prompts end here, before anything of them is looked at.
  if (promptTokens <= inputTokens || isEstimated === true) return 0;
  const [request, ...others] = requests;
  if (request === undefined || others.length > 0 || request.n > 1) return 0;
  if (request.prompt !== undefined || request.messages.some(hasImages)) return 0;
  return Math.min(mostSurplus, templateSurplus + promptTokens - inputTokens);
}
