import { createMissingEngine } from '../engines/missing-engine.ts';
import type { ServedModel } from '../engines/served-model.ts';
import type { Config } from '../config/config.ts';
import { isHubReference } from '../config/weights.ts';
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
  const weights = config.models.some(({ path }) => isHubReference(path)) ? openWeights(config, env) : undefined;
  for (const model of config.models) {
    const id = model.id ?? model.path;
    const isOfHub = isHubReference(model.path);
    const path = isOfHub ? (await weights?.locate(model.path))?.path : model.path;
    if (path !== undefined) models.push({ ...model, id, path });
    else missing.push(missingModel(id, model.path));
  }
  await weights?.close();
  return { models, missing };
}

function missingModel(id: string, reference: string): ServedModel {
  const message = `its weights are not on this machine; \`manifold pull ${reference}\` brings them.`;
  return { id, engine: createMissingEngine(message), created: Math.floor(Date.now() / 1000), ownedBy: ownerOf(id) };
}

function ownerOf(id: string): string {
  return id.includes('/') ? (id.split('/')[0] ?? id) : 'manifold';
}
