import type { Engine } from '../engine.ts';

/** One of the engines that serve a model. */
export interface Replica {
  /** Names it in logs, metrics and updates; unique among the replicas of a model. */
  readonly name: string;
  readonly engine: Engine;
  /** Its share of the work beside replicas of its tier. Default: 1. */
  readonly weight?: number | undefined;
  /** Lower tiers are used first; a higher one when they are full or broken. Default: 0. */
  readonly tier?: number | undefined;
  /** Answers at once from which on it counts as full. Default: it is full when it says so. */
  readonly capacity?: number | (() => number | undefined) | undefined;
}

/** A capacity: as many answers as an engine tells slots. */
export function slotsOf(engine: Pick<Engine, 'state'>): () => number | undefined {
  return () => {
    const state = engine.state();
    return (state.kind === 'ready' ? state.slots : null) ?? undefined;
  };
}

/** Where what happens to replicas is counted. */
export interface ReplicaObserver {
  outstandingChanged(replica: string, by: 1 | -1): void;
  /** No requests go there for a while because of its faults. */
  ejected(replica: string): void;
  /** A request was sent on, after this replica failed it. */
  retried(replica: string, code: string): void;
  /** It is gone, and nothing of it is counted any more. */
  removed(replica: string): void;
}

export interface ReplicaLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}
