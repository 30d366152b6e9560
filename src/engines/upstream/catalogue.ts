import type { ReplicaSettings, UpstreamSettings } from '../../api/internal/upstream-settings.ts';
import type { Engine } from '../engine.ts';
import type { ServedModel } from '../served-model.ts';
import type { EngineLoad } from './engine-load.ts';
import { followAddresses } from './follow-addresses.ts';
import { openPlace, type Place } from './place.ts';
import type { UpstreamLog } from './upstream-log.ts';
import { wantedModels, type WantedModel } from './wanted-models.ts';

/** One server of the configuration, at its addresses, and the models it answers for. */
export interface Catalogue {
  readonly name: string;
  /** Which engines of the same model go before it: those of lower tiers. */
  readonly tier: number;
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

interface Parts {
  readonly log: UpstreamLog;
  readonly combine?: Combine;
  /** Told what there is to do at an address; undefined where that is not known any more. */
  readonly onLoad?: (address: string, load: EngineLoad | undefined) => void;
}

/** Without a way to choose, the first address is asked. */
const firstOf: Combine = (model, [first]) => {
  if (first === undefined) throw new Error(`${model} has no replicas.`);
  return first.engine;
};

export function createCatalogue(settings: UpstreamSettings, { log, combine = firstOf, onLoad }: Parts): Catalogue {
  const { name, tier = 0 } = settings;
  const created = Math.floor(Date.now() / 1000);
  const places = new Map<string, Place>();
  /** Addresses that are gone; requests may still run there. */
  const left = new Set<Place>();
  let served = new Map<string, Served>();
  /** What the models were made of: without a change, engines stay the same. */
  let made = '';
  let following: Promise<() => void> | undefined;
  let isClosed = false;
  let hasLooked = false;
  const looked = Promise.withResolvers<void>();

  const build = () => {
    const listed = [...places.values()].flatMap(({ monitor }) => monitor.models());
    const wanted = places.size === 0 ? [] : wantedModels(settings, listed);
    const now = JSON.stringify(
      wanted.map((model) => [model, placesOf(model.servedAs).map(({ replica }) => replica.url)]),
    );
    if (now === made || isClosed) return;
    made = now;
    const before = served;
    served = new Map(wanted.map((model) => [model.id, serve(model, before.get(model.id))]));
    for (const [id, { engine }] of before) if (served.get(id)?.engine !== engine) letGo(engine);
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
      return { ...replica, name: replica.url, engine: place.engineOf(servedAs, id) };
    });
    if (known?.servedAs === servedAs && known.engine.update) {
      known.engine.update(replicas);
      return known;
    }
    const engine = combine(id, replicas);
    engine.start().catch((err: unknown) => log.error({ engine: name, model: id, err }, 'model did not start'));
    return { id, created, ownedBy, engine, servedAs, isElsewhere: true };
  };

  /** Takes the addresses that there are now; resolves when the new ones were looked at. */
  const take = async (replicas: readonly ReplicaSettings[]) => {
    // A file may be read while it is closed.
    if (isClosed) return;
    const wanted = new Map(replicas.map((replica) => [replica.url, replica]));
    for (const [url, place] of places) {
      if (wanted.has(url)) continue;
      places.delete(url);
      left.add(place);
      void place.leave().finally(() => left.delete(place));
    }
    const added = [...wanted.values()]
      .filter(({ url }) => !places.has(url))
      .map((replica) => openPlace(replica, settings, { onChange: build, onLoad }));
    for (const place of added) places.set(place.replica.url, place);
    build();
    await Promise.all(added.map(({ monitor }) => monitor.start()));
    build();
  };

  return {
    name,
    tier,
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
    async start() {
      following = followAddresses(settings, log, take);
      await following.finally(() => {
        hasLooked = true;
        looked.resolve();
      });
    },
    async close() {
      isClosed = true;
      void following?.then((stop) => stop());
      await Promise.all([...served.values()].map(({ engine }) => engine.close()));
      await Promise.all([...places.values(), ...left].map((place) => place.close()));
    },
  };
}

/** What runs there may end, and what belongs to it may follow. */
function letGo(engine: CombinedEngine): void {
  if (engine.update) engine.update([]);
  else void engine.close();
}

interface Served extends ServedModel {
  readonly engine: CombinedEngine;
  readonly servedAs: string;
}
