import { createWeightsStore, type WeightsStore } from '../catalog/weights/weights-store.ts';
import type { Config } from '../config/config.ts';
import { resolveWeights } from '../config/resolve-weights.ts';

/** The weights of this machine, under a configuration and the environment. */
export function openWeights(config: Config, env: NodeJS.ProcessEnv): WeightsStore {
  return createWeightsStore({ ...resolveWeights(config.weights, env), env });
}
