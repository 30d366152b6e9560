import type { WeightsStore } from '../catalog/weights/weights-store.ts';
import type { Config } from '../config/config.ts';
import { isHubReference } from '../config/weights.ts';
import { createMissingEngine } from '../engines/missing-engine.ts';
import { ownerOf, type ServedModel } from '../engines/served-model.ts';
import { ManifoldError } from '../errors.ts';
import { openWeights } from './open-weights.ts';

/** A model of the configuration whose `path` is a file's. */
export type ModelOnDisk = Config['models'][number] & { readonly id: string };

interface ResolvedModels {
  readonly models: readonly ModelOnDisk[];
  /** Models of a hub whose weights are not here; each says so when it is asked. */
  readonly missing: readonly ServedModel[];
}

/** Puts the cached file in the place of each `hf:…` path of the configuration. */
export async function resolveModelFiles(config: Config, env: NodeJS.ProcessEnv): Promise<ResolvedModels> {
  const models: ModelOnDisk[] = [];
  const missing: ServedModel[] = [];
  const weights = await openWeights(config, env);
  for (const model of config.models) {
    const id = model.id ?? model.path;
    try {
      models.push({ ...model, id, path: await modelFile(model.path, weights) });
    } catch (failure) {
      if (!(failure instanceof ManifoldError)) throw failure;
      const engine = createMissingEngine(failure.message);
      missing.push({ id, engine, isFallback: true, created: Math.floor(Date.now() / 1000), ownedBy: ownerOf(id) });
    }
  }
  await weights.close();
  return { models, missing };
}

/** The file of a model's path; of an `hf:…` path the cached one, or `model_file_missing` with what brings it. */
async function modelFile(path: string, weights: Pick<WeightsStore, 'locate'>): Promise<string> {
  if (!isHubReference(path)) return path;
  const local = await weights.locate(path);
  if (local !== undefined) return local.path;
  throw new ManifoldError(
    'model_file_missing',
    `The weights ${path} are not on this machine; \`manifold pull ${path}\` brings them.`,
  );
}
