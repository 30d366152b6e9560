import { availableParallelism } from 'node:os';
import { totalNeed } from '../../api/internal/engine-host.ts';
import { ManifoldError, toManifoldError } from '../../errors.ts';
import { createSystemClock, type Clock } from '../../lib/clock.ts';
import { freeMemory } from '../../lib/free-memory.ts';
import { createPlaces } from '../../lib/places.ts';
import type { Engine } from '../engine.ts';
import type { LocalModelReport } from '../local-model-report.ts';
import type { Admit, LocalEngine } from '../local-engine.ts';
import { ownerOf, type ServedModel } from '../served-model.ts';
import { PooledModel, type LoadOptions } from './pooled-model.ts';
import { pooledEngine, withAdapter } from './pooled-engine.ts';
import { createRoom, type RoomLimits } from './room.ts';
import { shareThreads } from './share-threads.ts';

/** A local model that the pool may load. */
export interface PoolModel {
  /** The model string that clients send. */
  readonly id: string;
  readonly isPinned?: boolean;
  /** Loaded at the start, whether pinned or not. */
  readonly isLoadedAtStart?: boolean;
  /** Milliseconds without a request after which it is unloaded. Default: that of the pool. */
  readonly keepAliveMs?: number | undefined;
  /** Processor threads it always has. Default: its share. */
  readonly threads?: number | undefined;
  readonly slots?: number | undefined;
  /** Names of its adapters; each is a model of its own, `<id>:<name>`. */
  readonly adapters?: readonly string[];
  readonly acceptsImages?: boolean;
  /** Whether other models of its id go first. */
  readonly isFallback?: boolean;
  /** Makes its engine, not started. It asks `admit` before it takes memory, and begins with so many threads. */
  create(admit: Admit, threads: number): Promise<LocalEngine>;
}

export interface PoolSettings extends Optional<RoomLimits> {
  readonly keepAliveMs?: number | undefined;
  /** How long a request waits for its model to be loaded. */
  readonly loadTimeoutMs: number;
  /** Threads that all models have together. Default: the processors less one. */
  readonly threads?: number | undefined;
}

type Optional<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

export interface PoolParts {
  readonly clock?: Clock;
  readonly log: { error(fields: object, message: string): void };
  /** Told of each load of a model: milliseconds since it was asked for, and the failure that ended it, if one did. */
  readonly onLoadEnded?: (model: string, tookMs: number, failure: ManifoldError | undefined) => void;
  /** What stands between clients and a model's engine. Default: nothing. */
  readonly wrap?: (id: string, engine: Engine) => Engine;
}

/** The local models of a server: which of them are loaded, and what they get of the machine. */
export interface Pool {
  models(): readonly ServedModel[];
  find(id: string): ServedModel | undefined;
  /** Never: all its models are known. */
  mayHaveMore(): boolean;
  /** Adds a model while the server runs. Throws `configuration_invalid` when one has its id. */
  add(model: PoolModel): ServedModel;
  /** Takes a model away, once its requests are answered. */
  remove(id: string, signal?: AbortSignal): Promise<void>;
  /** Loads a model; resolves when it is ready, throws why it cannot be. */
  load(id: string, options?: Pick<LoadOptions, 'keepAliveMs'>, signal?: AbortSignal): Promise<void>;
  /** Unloads a model once its requests are answered. */
  unload(id: string, signal?: AbortSignal): Promise<void>;
  report(): readonly LocalModelReport[];
  /** Loads what is loaded at the start; resolves when each is, or has failed. */
  start(): Promise<void>;
  close(): Promise<void>;
}

interface Entry {
  readonly settings: PoolModel;
  readonly model: PooledModel;
  readonly served: readonly [ServedModel, ...ServedModel[]];
}

const defaultKeepAliveMs = 5 * 60_000;
/** Hosts that may ask for room at once: one waits for it, the next gets ready. Each takes memory of its own. */
const mostAsking = 2;
/** Requests that may wait for a model to be loaded, for each of its slots. */
const waitingPerSlot = 64;
const never = new AbortController().signal;

export function createPool(
  models: readonly PoolModel[],
  settings: PoolSettings,
  { clock = createSystemClock(), log, onLoadEnded, wrap = (_, engine) => engine }: PoolParts,
): Pool {
  const { keepAliveMs = defaultKeepAliveMs, threads = Math.max(1, availableParallelism() - 1) } = settings;
  const { free = freeMemory, reserve = 0, memoryLimit = Infinity, maxLoaded = Infinity } = settings;
  const line = createPlaces(mostAsking);
  const room = createRoom({ free, reserve, memoryLimit, maxLoaded });
  const entries = new Map<string, Entry>();
  const created = Math.floor(Date.now() / 1000);

  const loaded = () => [...entries.values()].filter(({ model }) => model.isAdmitted);
  const divideThreads = () => {
    const sharing = loaded();
    const shares = shareThreads(
      sharing.map((entry) => entry.settings.threads),
      threads,
    );
    for (const [at, { model }] of sharing.entries()) model.engine?.setThreads(shares[at] ?? 1);
  };
  const threadsFor = (settings_: PoolModel) =>
    settings_.threads ??
    shareThreads([...loaded().map((entry) => entry.settings.threads), undefined], threads).at(-1) ??
    1;
  const entryOf = (id: string): Entry => {
    const entry = entries.get(id);
    if (entry) return entry;
    throw new ManifoldError('model_not_found', `There is no local model \`${id.slice(0, 128)}\`.`, { param: 'model' });
  };
  const add = (given: PoolModel): ServedModel => {
    const ids = [given.id, ...(given.adapters ?? []).map((name) => `${given.id}:${name}`)];
    const taken = ids.find((id) => find(id));
    if (taken !== undefined)
      throw new ManifoldError('configuration_invalid', `There is a model "${taken}" already; give each its own id.`);
    const model = new PooledModel(
      {
        id: given.id,
        isPinned: given.isPinned ?? false,
        keepAliveMs: given.keepAliveMs ?? keepAliveMs,
        loadTimeoutMs: settings.loadTimeoutMs,
        mostWaiting: (given.slots ?? 4) * waitingPerSlot,
        create: (admit) => given.create(admit, threadsFor(given)),
      },
      { room, line, clock, onChange: divideThreads, onLoadEnded: (...load) => onLoadEnded?.(given.id, ...load) },
    );
    const engine = wrap(given.id, pooledEngine(model, { acceptsImages: given.acceptsImages ?? false }));
    const base: ServedModel = {
      id: given.id,
      engine,
      created,
      ownedBy: ownerOf(given.id),
      ...(given.isFallback && { isFallback: true }),
    };
    const adapters = (given.adapters ?? []).map((name) => ({
      ...base,
      id: `${given.id}:${name}`,
      engine: withAdapter(engine, name),
      base: given.id,
    }));
    entries.set(given.id, { settings: given, model, served: [base, ...adapters] });
    return base;
  };
  const all = () => [...entries.values()].flatMap(({ served }) => served);
  const find = (id: string) => all().find((model) => model.id === id);
  const load = async (id: string, options: LoadOptions, signal: AbortSignal) => {
    const { release } = await entryOf(id).model.borrow(signal, { ...options, isByHand: true });
    release();
  };
  for (const model of models) add(model);

  return {
    models: all,
    find,
    mayHaveMore: () => false,
    add,
    async remove(id, signal = never) {
      const { model } = entryOf(id);
      await model.unloadWhenIdle(signal);
      entries.delete(id);
      await model.close();
    },
    load: (id, options = {}, signal = never) => load(id, options, signal),
    unload: (id, signal = never) => entryOf(id).model.unloadWhenIdle(signal),
    report: () => [...entries.values()].map(({ model }) => reportOf(model, clock)),
    async start() {
      const first = [...entries.values()].filter(
        ({ settings: { isPinned, isLoadedAtStart } }) => isPinned || isLoadedAtStart,
      );
      await Promise.all(
        first.map(({ model: { id } }) =>
          load(id, {}, never).catch((err: unknown) => {
            // Who stops the server while it loads wanted it so.
            if (toManifoldError(err).code !== 'shutting_down') log.error({ model: id, err }, 'model was not loaded');
          }),
        ),
      );
    },
    async close() {
      await Promise.allSettled([...entries.values()].map(({ model }) => model.close()));
    },
  };
}

function reportOf(model: PooledModel, clock: Clock): LocalModelReport {
  const { need, residentBytes, threads, pid } = model.engine?.facts() ?? {};
  return {
    id: model.id,
    state: model.state(),
    isPinned: model.isPinned,
    users: model.users,
    neededBytes: need && totalNeed(need),
    residentBytes,
    threads,
    pid,
    expiresInMs: model.expiresAt === undefined ? undefined : Math.max(0, model.expiresAt - clock.now()),
  };
}
