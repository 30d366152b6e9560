import { Generation, type SharedRequest } from '../../src/engine-host/generation.ts';

export function sharedRequest(prompt: readonly number[], fields: Partial<SharedRequest> = {}): SharedRequest {
  return { prompt: Int32Array.from(prompt), salt: '', priority: 0, isDeterministic: false, ...fields };
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
      createSampler: () => ({ sample: () => 0, free: () => undefined }),
    },
    { onText: () => undefined, onEnd: () => undefined },
  );
}
