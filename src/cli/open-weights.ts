import { createWeightsStore, type WeightsStore } from '../catalog/weights/weights-store.ts';
import type { Config } from '../config/config.ts';
import { resolveWeights } from '../config/resolve-weights.ts';
import { openCards } from './open-cards.ts';

/** The weights of this machine, under a configuration and the environment; cards say where those of a model id are. */
export async function openWeights(config: Config, env: NodeJS.ProcessEnv): Promise<WeightsStore> {
  const { cards } = await openCards(config);
  return createWeightsStore({
    ...resolveWeights(config.weights, env),
    env,
    sourcesOf: (id) => cards.find(id)?.gguf,
  });
}
