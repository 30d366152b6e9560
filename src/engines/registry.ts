import { resolve } from 'node:path';
import type { EngineTuning } from '../api/internal/engine-host.ts';
import { parseByteSize } from '../lib/byte-size.ts';
import { createSystemClock, type Clock } from '../lib/clock.ts';
import { parseDuration } from '../lib/duration.ts';
import type { SupervisorLog } from './embedded/supervisor.ts';
import { createEmbeddedEngine } from './embedded/embedded-engine.ts';
import type { Engine } from './engine.ts';
import { createPool, type Pool, type PoolModel, type PoolParts, type PoolSettings } from './pool/pool.ts';
import { supervisedPolicy } from './replicas/policy.ts';
import { slotsOf, type ReplicaLog, type ReplicaObserver } from './replicas/replica.ts';
import { createReplicaSet, type ReplicaSet } from './replicas/replica-set.ts';

/** A local model of the configuration. */
export type LocalModelSettings = Omit<EngineTuning, 'adapters' | 'mayShrink'> &
  Partial<Pick<EngineTuning, 'adapters' | 'mayShrink'>> & {
    readonly id: string;
    readonly path: string;
    /** What runs it. Default: an engine host. */
    readonly kind?: 'engine-host' | 'llama-server' | undefined;
    readonly mmproj?: string | undefined;
    readonly pinned?: boolean | undefined;
    readonly keepAlive?: number | string | undefined;
  };

export interface EngineSettings {
  readonly models: readonly LocalModelSettings[];
  /** The program for models of the kind `llama-server`. */
  readonly llamaServer?: string | undefined;
  /** The environment; what runs a model gets little of it. */
  readonly env: NodeJS.ProcessEnv;
  readonly libDir?: string | undefined;
  readonly startTimeoutMs: number;
  readonly stallTimeoutMs: number;
  /** How models come into memory and leave it. Default: as the configuration's defaults. */
  readonly loading?:
    | {
        readonly keepAlive?: number | string | undefined;
        readonly maxLoaded?: number | undefined;
        readonly memoryLimit?: number | string | undefined;
        readonly reserve?: number | string | undefined;
      }
    | undefined;
}

export type EngineLog = SupervisorLog & ReplicaLog;

export interface EngineParts {
  readonly clock?: Clock;
  /** Where what happens to the replicas of a model is counted. Default: nowhere. */
  readonly observe?: (model: string) => ReplicaObserver;
  /** Told how each load of a model ended. Default: nobody is. */
  readonly onLoadEnded?: NonNullable<PoolParts['onLoadEnded']>;
  /** Bytes that programs may still take. Default: what the kernel says. */
  readonly free?: () => number;
}

/** Makes the pool of the configuration's local models, none of them loaded. */
export function createEngines(settings: EngineSettings, log: EngineLog, parts: EngineParts = {}): Pool {
  const { models, loading = {}, startTimeoutMs } = settings;
  const isAnyPinned = models.some(({ pinned }) => pinned !== undefined);
  const pool: PoolSettings = {
    loadTimeoutMs: startTimeoutMs,
    keepAliveMs: durationOf(loading.keepAlive),
    maxLoaded: loading.maxLoaded,
    memoryLimit: byteSizeOf(loading.memoryLimit),
    reserve: byteSizeOf(loading.reserve),
    free: parts.free,
  };
  return createPool(
    models.map((model, at) => ({
      ...localModel(model, settings, log),
      isPinned: model.pinned ?? false,
      isLoadedAtStart: !isAnyPinned && at === 0,
      // Nothing else would use the memory of a lone model.
      keepAliveMs:
        durationOf(model.keepAlive) ?? (models.length === 1 && loading.keepAlive === undefined ? Infinity : undefined),
    })),
    pool,
    {
      log,
      ...(parts.clock && { clock: parts.clock }),
      ...(parts.onLoadEnded && { onLoadEnded: parts.onLoadEnded }),
      wrap: (id, engine) => superviseAlone(id, engine, log, parts),
    },
  );
}

/** A model file as the pool knows it: run by a process of its own. */
export function localModel(
  { id, path, kind, mmproj, pinned: _pinned, keepAlive, ...tuning }: LocalModelSettings,
  settings: Pick<EngineSettings, 'libDir' | 'llamaServer' | 'env' | 'startTimeoutMs' | 'stallTimeoutMs'>,
  log: SupervisorLog,
): PoolModel {
  const { libDir, llamaServer: program = 'llama-server', env, startTimeoutMs, stallTimeoutMs } = settings;
  const common = { ...tuning, modelId: id, modelPath: resolve(path), startTimeoutMs, stallTimeoutMs, env };
  return {
    id,
    keepAliveMs: durationOf(keepAlive),
    threads: tuning.threads,
    slots: tuning.slots,
    adapters: (tuning.adapters ?? []).map(({ name }) => name),
    acceptsImages: mmproj !== undefined,
    async create(admit, threads) {
      if (kind !== 'llama-server') return createEmbeddedEngine({ ...common, threads, admit, libDir }, log);
      // Loaded where it is used: most servers start sooner without it.
      const { createLlamaServerEngine } = await import('./llama-server/llama-server-engine.ts');
      return createLlamaServerEngine({ ...common, threads, admit, mmproj, program }, log);
    },
  };
}

function durationOf(value: number | string | undefined): number | undefined {
  return value === undefined ? undefined : parseDuration(value);
}

function byteSizeOf(value: number | string | undefined): number | undefined {
  return value === undefined ? undefined : parseByteSize(value);
}

/** One engine that a supervisor of ours keeps alive, as the replicas of a model: a request that loses it is sent again. */
export function superviseAlone(
  model: string,
  engine: Engine,
  log: ReplicaLog,
  { clock = createSystemClock(), observe }: EngineParts = {},
): ReplicaSet {
  // Requests for its adapters are among those that it has.
  const replica = { name: engine.name, engine, capacity: slotsOf(engine) };
  return createReplicaSet([replica], supervisedPolicy, { clock, log, observer: observe?.(model) });
}
