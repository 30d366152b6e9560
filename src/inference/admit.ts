import type { EngineRequest } from '../api/internal/engine-request.ts';
import { ManifoldError } from '../errors.ts';

/** Refuses what this server is configured not to take on. */
export function admit(request: EngineRequest, limits: { readonly maxChoices: number }): void {
  if (request.n > limits.maxChoices) {
    throw new ManifoldError(
      'invalid_value',
      `\`n\` is ${request.n}; this server answers with at most ${limits.maxChoices} choices.`,
      { param: 'n' },
    );
  }
}
