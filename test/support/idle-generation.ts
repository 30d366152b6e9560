import type { Sampler } from '../../src/engine-host/sampler.ts';
import { Generation } from '../../src/engine-host/generation.ts';
import type { SharedRequest } from '../../src/engine-host/shared-request.ts';

export function sharedRequest(prompt: readonly number[], fields: Partial<SharedRequest> = {}): SharedRequest {
  return { prompt: Int32Array.from(prompt), salt: '', priority: 0, isDeterministic: false, ...fields };
}

/** Chooses token 0 always. */
export function idleSampler(): Sampler {
  const nothing = () => undefined;
  return {
    sample: () => 0,
    remembers: false,
    fork: idleSampler,
    accept: nothing,
    isGreedy: true,
    adjust: nothing,
    keepLikeliest: nothing,
    narrow: nothing,
    skip: nothing,
    random: () => 0,
    free: nothing,
  };
}

/** A generation that nobody listens to and nothing samples for. */
export function idleGeneration(request: SharedRequest): Generation {
  return new Generation(
    {
      request,
      maxTokens: 100,
      minTokens: 0,
      ignoreEndOfGeneration: false,
      stop: [],
      topLogprobs: undefined,
      createSampler: idleSampler,
    },
    { onText: () => undefined, onEnd: () => undefined },
  );
}
