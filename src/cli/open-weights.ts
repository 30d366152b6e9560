import type { WeightsSource } from '../catalog/weights/preferred-source.ts';
import { createWeightsStore, type WeightsStore } from '../catalog/weights/weights-store.ts';
import type { Config } from '../config/config.ts';
import { resolveWeights } from '../config/resolve-weights.ts';

/** The weights of this machine, under a configuration and the environment. `sourcesOf` is what cards say of a model's. */
export function openWeights(
  config: Config,
  env: NodeJS.ProcessEnv,
  sourcesOf: (id: string) => readonly WeightsSource[] | undefined = () => undefined,
): WeightsStore {
  return createWeightsStore({ ...resolveWeights(config.weights, env), env, sourcesOf });
}
