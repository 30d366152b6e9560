import type { Clock } from '../lib/clock.ts';
import { overflowPolicy } from './replicas/policy.ts';
import { slotsOf, type Replica, type ReplicaLog, type ReplicaObserver } from './replicas/replica.ts';
import { createReplicaSet, type ReplicaSet } from './replicas/replica-set.ts';
import type { ServedModel } from './served-model.ts';

/** Models that come and go: those that run here, or those of one engine of the configuration. */
export interface ModelSource {
  /** Names it in logs and metrics. Need not be its own: an engine of the configuration may be called as this machine is. */
  readonly name: string;
  /** Lower tiers are asked first. Default: 0. */
  readonly tier?: number;
  models(): readonly ServedModel[];
  find(id: string): ServedModel | undefined;
  /** Whether it may have models that are not known yet. Default: it has not. */
  mayHaveMore?(): boolean;
}

interface Parts {
  readonly clock: Clock;
  readonly log: ReplicaLog;
  /** Where what happens to the engines of a model is counted. */
  readonly observe: (model: string) => ReplicaObserver;
}

interface Joined {
  readonly engine: ReplicaSet;
  readonly model: ServedModel;
  /** What it was made of. */
  readonly first: ServedModel;
  readonly replicas: readonly Replica[];
}

/**
 * The models of all sources. Of those with one id the first of the lowest tier answers; the first of each higher tier takes
 * over where those below are full, broken, or cannot do what is asked. A fallback answers where there is nothing else.
 */
export function withOverflow(
  sources: readonly ModelSource[],
  { clock, log, observe }: Parts,
): Required<Omit<ModelSource, 'name' | 'tier'>> {
  const tiers = sources.toSorted((a, b) => tierOf(a) - tierOf(b));
  const joined = new Map<string, Joined>();
  const nameOf = (source: ModelSource): string =>
    sources.some((other) => other !== source && other.name === source.name)
      ? `${source.name}@${tierOf(source)}`
      : source.name;

  const join = (id: string, found: readonly Found[]): ServedModel => {
    const known = joined.get(id);
    const [{ model: first }] = found as [Found, ...Found[]];
    const replicas = found.map((each) => replicaOf(each, nameOf(each.source)));
    if (known?.first === first && isSame(known.replicas, replicas)) return known.model;
    const engine =
      known?.engine ??
      createReplicaSet([], overflowPolicy, {
        clock,
        log,
        // What runs where is counted by the engines themselves.
        observer: { ...observe(id), outstandingChanged: () => undefined },
      });
    engine.update(replicas);
    const model: ServedModel = {
      ...first,
      engine,
      // Which of them are ready changes by itself.
      get isElsewhere() {
        return !found.some((each) => runsHere(each.model));
      },
    };
    joined.set(id, { engine, model, first, replicas });
    return model;
  };
  const find = (id: string): ServedModel | undefined => {
    let fallback: ServedModel | undefined;
    const found: Found[] = [];
    for (const source of tiers) {
      const model = source.find(id);
      if (model === undefined) continue;
      fallback ??= model;
      const isNext = found.length === 0 || tierOf(found.at(-1)?.source) < tierOf(source);
      if (isNext && !model.isFallback) found.push({ source, model });
    }
    if (found.length > 1) return join(id, found);
    return found[0]?.model ?? fallback;
  };
  return {
    find,
    models() {
      const ids = new Set(sources.flatMap((source) => source.models().map(({ id }) => id)));
      return [...ids].flatMap((id) => find(id) ?? []);
    },
    mayHaveMore: () => sources.some((source) => source.mayHaveMore?.()),
  };
}

interface Found {
  readonly source: ModelSource;
  readonly model: ServedModel;
}

function tierOf(source: ModelSource | undefined): number {
  return source?.tier ?? 0;
}

function replicaOf({ source, model: { engine } }: Found, name: string): Replica {
  return { name, engine, tier: tierOf(source), capacity: slotsOf(engine) };
}

function runsHere({ isElsewhere, engine }: ServedModel): boolean {
  return !isElsewhere && engine.state().kind === 'ready';
}

function isSame(before: readonly Replica[], now: readonly Replica[]): boolean {
  return (
    before.length === now.length &&
    now.every(({ name, engine }, at) => before[at]?.name === name && before[at]?.engine === engine)
  );
}
