import { createWeightsStore, type WeightsStore } from '../catalog/weights/weights-store.ts';
import type { Config } from '../config/config.ts';
import { resolveWeights } from '../config/resolve-weights.ts';

/** The weights of this machine, under a configuration and the environment. */
export async function openWeights(config: Config, env: NodeJS.ProcessEnv): Promise<WeightsStore> {
  return createWeightsStore({ ...resolveWeights(config.weights, env), env });
}
