import { resolve } from 'node:path';
import { availableParallelism } from 'node:os';
import type { EngineTuning } from '../api/internal/engine-host.ts';
import type { SupervisorLog } from './embedded/supervisor.ts';
import { createEmbeddedEngine } from './embedded/embedded-engine.ts';
import type { ServedModel } from './served-model.ts';

export interface EngineSettings {
  readonly models: readonly (EngineTuning & { readonly id: string; readonly path: string })[];
  readonly libDir?: string | undefined;
  readonly startTimeoutMs: number;
  readonly stallTimeoutMs: number;
}

/** Makes the engines of the configuration, none of them started. */
export async function createEngines(settings: EngineSettings, log: SupervisorLog): Promise<ServedModel[]> {
  // Threads beyond the cores make all of them wait for each other, so the models share what there is.
  const threads = Math.max(1, Math.floor((availableParallelism() - 1) / Math.max(1, settings.models.length)));
  const created = Math.floor(Date.now() / 1000);
  return Promise.all(
    settings.models.map(async ({ id, path, ...model }) => ({
      id,
      created,
      ownedBy: id.includes('/') ? (id.split('/')[0] ?? id) : 'manifold',
      engine: await createEmbeddedEngine(
        {
          ...model,
          threads: model.threads ?? threads,
          modelId: id,
          modelPath: resolve(path),
          libDir: settings.libDir,
          startTimeoutMs: settings.startTimeoutMs,
          stallTimeoutMs: settings.stallTimeoutMs,
        },
        log,
      ),
    })),
  );
}
