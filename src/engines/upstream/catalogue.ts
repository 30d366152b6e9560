import { readFile } from 'node:fs/promises';
import type { Engine } from '../engine.ts';
import { quirksOf } from '../quirks/index.ts';
import type { ServedModel } from '../served-model.ts';
import { createAdaptiveLimit } from './adaptive-limit.ts';
import { createEndpoint, type Endpoint } from './endpoint.ts';
import { createMonitor, type Monitor } from './monitor.ts';
import { followFile, readAddresses } from './replica-file.ts';
import { createUpstreamEngine } from './upstream-engine.ts';
import type { UpstreamLog } from './upstream-log.ts';
import type { ReplicaSettings, UpstreamSettings } from '../../api/internal/upstream-settings.ts';
import { wantedModels, type WantedModel } from './wanted-models.ts';

/** One server of the configuration, at its addresses, and the models it answers for. */
export interface Catalogue {
  readonly name: string;
  /** The models, as they are known now. */
  models(): readonly ServedModel[];
  find(id: string): ServedModel | undefined;
  /** Whether it may have models that are not known: it lists them itself, and was not reached yet. */
  mayHaveMore(): boolean;
  /** Resolves once every address was looked at for the first time. */
  readonly looked: Promise<void>;
  /** What keeps it from answering at every address; undefined while it answers at one, or nobody has looked. */
  problem(): string | undefined;
  /** Starts to look at the server; resolves after the first look at every address, well or not. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A model at one address. */
export interface Replica extends ReplicaSettings {
  readonly name: string;
  readonly engine: Engine;
}

/** An engine made of replicas. One that can be updated is kept when they change, with what it knows of them. */
export interface CombinedEngine extends Engine {
  update?(replicas: readonly Replica[]): void;
}

/** Makes one engine of a model's replicas; there is at least one. */
export type Combine = (model: string, replicas: readonly Replica[]) => CombinedEngine;

interface Place {
  readonly replica: ReplicaSettings;
  readonly endpoint: Endpoint;
  readonly monitor: Monitor;
  /** By what the server calls the model: an engine stays the same as long as its address does. */
  readonly engines: Map<string, Engine>;
}

interface Parts {
  readonly log: UpstreamLog;
  readonly combine?: Combine;
}

/** Without a way to choose, the first address is asked. */
const firstOf: Combine = (model, [first]) => {
  if (first === undefined) throw new Error(`${model} has no replicas.`);
  return first.engine;
};

export function createCatalogue(settings: UpstreamSettings, { log, combine = firstOf }: Parts): Catalogue {
  const { name } = settings;
  const quirks = quirksOf[settings.kind];
  const checkMs = settings.checkMs ?? quirks.checkSeconds * 1000;
  // What stands before a fleet has the routes of the API, and hardly those of its engines.
  const healthPath = settings.healthPath ?? (settings.selfRouting ? '/v1/models' : quirks.healthPath);
  const created = Math.floor(Date.now() / 1000);
  const places = new Map<string, Place>();
  let served = new Map<string, Served>();
  /** What the models were made of: without a change, engines stay the same. */
  let made = '';
  let stopFollowing: (() => void) | undefined;
  let isClosed = false;
  let hasLooked = false;
  const looked = Promise.withResolvers<void>();

  const build = () => {
    const listed = [...places.values()].flatMap(({ monitor }) => monitor.models());
    const wanted = places.size === 0 ? [] : wantedModels(settings, listed);
    const now = JSON.stringify(
      wanted.map((model) => [model, placesOf(model.servedAs).map(({ endpoint }) => endpoint.url)]),
    );
    if (now === made || isClosed) return;
    made = now;
    const before = served;
    served = new Map(wanted.map((model) => [model.id, serve(model, before.get(model.id))]));
    for (const [id, { engine }] of before) if (served.get(id)?.engine !== engine) void engine.close();
    log.info({ engine: name, models: served.size, addresses: [...places.keys()] }, 'engine has models');
  };

  /** Where it is listed; everywhere, if the configuration says that it is there. */
  const placesOf = (model: string): Place[] => {
    const all = [...places.values()];
    return settings.models ? all : all.filter(({ monitor }) => monitor.models().some(({ id }) => id === model));
  };

  const serve = ({ id, servedAs, ownedBy }: WantedModel, known: Served | undefined): Served => {
    const replicas = placesOf(servedAs).map((place): Replica => {
      const { replica } = place;
      return { ...replica, name: replica.url, engine: engineAt(place, servedAs) };
    });
    if (known?.servedAs === servedAs && known.engine.update) {
      known.engine.update(replicas);
      return known;
    }
    const engine = combine(id, replicas);
    engine.start().catch((err: unknown) => log.error({ engine: name, model: id, err }, 'model did not start'));
    return { id, created, ownedBy, engine, servedAs, isElsewhere: true };
  };

  const engineAt = ({ endpoint, monitor, engines }: Place, model: string): Engine => {
    const known = engines.get(model);
    if (known !== undefined) return known;
    // Limits that are not published are those of a model.
    const limit = quirks.adaptsConcurrency && !settings.selfRouting ? createAdaptiveLimit() : undefined;
    const { answerFormat, images } = settings;
    const engine = createUpstreamEngine({ endpoint, monitor, quirks, model, limit, answerFormat, images });
    engines.set(model, engine);
    return engine;
  };

  const open = (replica: ReplicaSettings): Place => {
    const endpoint = createEndpoint(replica.url, settings, quirks);
    return {
      replica,
      endpoint,
      monitor: createMonitor({ endpoint, healthPath, checkMs, onChange: build }),
      engines: new Map(),
    };
  };

  /** Takes the addresses that there are now; resolves when the new ones were looked at. */
  const take = async (replicas: readonly ReplicaSettings[]) => {
    // A file may be read while it is closed.
    if (isClosed) return;
    const wanted = new Map(replicas.map((replica) => [replica.url, replica]));
    for (const [url, place] of places) {
      if (wanted.has(url)) continue;
      places.delete(url);
      place.monitor.close();
      // What runs there may end.
      void place.endpoint.drain();
    }
    const added = [...wanted.values()].filter(({ url }) => !places.has(url)).map(open);
    for (const place of added) places.set(place.replica.url, place);
    build();
    await Promise.all(added.map(({ monitor }) => monitor.start()));
    build();
  };

  const takeFile = (text: string) => {
    const urls = readAddresses(text, (line, problem) =>
      log.warn({ engine: name, line, problem }, 'a line of the file of addresses is left out'),
    );
    // What the configuration says of an address counts where the file has it, too.
    return take([...urls.map((url) => ({ url })), ...settings.replicas]);
  };
  /** A file that is being written may be empty for a moment. */
  const takeChanged = (text: string) => {
    if (places.size > 0 && text.trim() === '') {
      log.warn({ engine: name }, 'the file of addresses is empty, and those that were in it are kept');
      return;
    }
    void takeFile(text);
  };

  const begin = async () => {
    const { replicasFile: file } = settings;
    if (file === undefined) return take(settings.replicas);
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      log.error({ engine: name, err: cause }, 'the file of addresses cannot be read');
      return '';
    });
    stopFollowing = followFile(file, text, takeChanged);
    await takeFile(text);
  };

  return {
    name,
    models: () => [...served.values()],
    find: (id) => served.get(id),
    mayHaveMore() {
      if (settings.models !== undefined || (hasLooked && places.size === 0)) return false;
      return ![...places.values()].some(({ monitor }) => monitor.wasReached());
    },
    looked: looked.promise,
    problem() {
      if (places.size === 0) return 'It has no address.';
      const states = [...places.values()].map(({ monitor }) => monitor.state());
      const [first] = states.flatMap((state) => (state.kind === 'failed' ? [state.message] : []));
      return states.every(({ kind }) => kind === 'failed') ? first : undefined;
    },
    start: () =>
      begin().finally(() => {
        hasLooked = true;
        looked.resolve();
      }),
    async close() {
      isClosed = true;
      stopFollowing?.();
      await Promise.all([...served.values()].map(({ engine }) => engine.close()));
      for (const { monitor } of places.values()) monitor.close();
      await Promise.all([...places.values()].map(({ endpoint }) => endpoint.close()));
    },
  };
}

interface Served extends ServedModel {
  readonly engine: CombinedEngine;
  readonly servedAs: string;
}
