import { resolve } from 'node:path';
import { availableParallelism } from 'node:os';
import type { EngineTuning } from '../api/internal/engine-host.ts';
import { createSystemClock, type Clock } from '../lib/clock.ts';
import type { SupervisorLog } from './embedded/supervisor.ts';
import { createEmbeddedEngine } from './embedded/embedded-engine.ts';
import type { Engine } from './engine.ts';
import { createLlamaServerEngine } from './llama-server/llama-server-engine.ts';
import { supervisedPolicy } from './replicas/policy.ts';
import type { ReplicaLog, ReplicaObserver } from './replicas/replica.ts';
import { createReplicaSet, type ReplicaSet } from './replicas/replica-set.ts';
import type { ServedModel } from './served-model.ts';

interface LocalModel extends EngineTuning {
  readonly id: string;
  readonly path: string;
  readonly kind?: 'engine-host' | 'llama-server' | undefined;
  readonly mmproj?: string | undefined;
}

export interface EngineSettings {
  readonly models: readonly LocalModel[];
  /** For models of the kind `llama-server`: the program, and the environment it finds its libraries with. */
  readonly llamaServer?: { readonly program: string | undefined; readonly env: NodeJS.ProcessEnv } | undefined;
  readonly libDir?: string | undefined;
  readonly startTimeoutMs: number;
  readonly stallTimeoutMs: number;
}

export type EngineLog = SupervisorLog & ReplicaLog;

export interface EngineParts {
  readonly clock?: Clock;
  /** Where what happens to the replicas of a model is counted. Default: nowhere. */
  readonly observe?: (model: string) => ReplicaObserver;
}

/** Makes the engines of the configuration, none of them started. */
export async function createEngines(
  settings: EngineSettings,
  log: EngineLog,
  parts: EngineParts = {},
): Promise<ServedModel[]> {
  // Threads beyond the cores make all of them wait for each other, so the models share what there is.
  const threads = Math.max(1, Math.floor((availableParallelism() - 1) / Math.max(1, settings.models.length)));
  const created = Math.floor(Date.now() / 1000);
  return Promise.all(
    settings.models.map(async (model) => {
      const { id } = model;
      const engine = await createLocalEngine({ ...model, threads: model.threads ?? threads }, settings, log);
      return {
        id,
        created,
        ownedBy: id.includes('/') ? (id.split('/')[0] ?? id) : 'manifold',
        engine: superviseAlone(id, engine, log, parts),
      };
    }),
  );
}

function createLocalEngine(
  { id, path, kind, mmproj, ...tuning }: LocalModel & { readonly threads: number },
  { libDir, llamaServer, startTimeoutMs, stallTimeoutMs }: EngineSettings,
  log: EngineLog,
): Promise<Engine> {
  const common = { ...tuning, modelId: id, modelPath: resolve(path), startTimeoutMs, stallTimeoutMs };
  if (kind !== 'llama-server') return createEmbeddedEngine({ ...common, libDir }, log);
  const { program = 'llama-server', env = {} } = llamaServer ?? {};
  return createLlamaServerEngine({ ...common, mmproj, program, env }, log);
}

/** One engine that a supervisor of ours keeps alive, as the replicas of a model: a request that loses it is sent again. */
export function superviseAlone(
  model: string,
  engine: Engine,
  log: ReplicaLog,
  { clock = createSystemClock(), observe }: EngineParts = {},
): ReplicaSet {
  const replica = { name: engine.name, engine };
  return createReplicaSet([replica], supervisedPolicy, { clock, log, observer: observe?.(model) });
}
