import type { ServedModel } from '../engines/served-model.ts';
import type { Clock } from '../lib/clock.ts';
import { createFairQueue, type FairQueue, type Leave, type Wanting } from '../limits/fair-queue.ts';

interface Parts {
  readonly clock: Clock;
  /** Requests that the engine of a model gets at the same time; absent: as many as it has slots. */
  readonly mostRunning: (model: string) => number | undefined;
  readonly mostWaiting: number;
  readonly waitMs: number;
}

/** A line before each model, in which requests wait while all its slots are taken. */
export interface BusyModels {
  enter(model: ServedModel, wanting: Wanting, signal: AbortSignal): Promise<Leave>;
  /** Lets in those that there is room for now: told when `mostRunning` may say more than before. */
  look(): void;
}

export function createBusyModels({ clock, mostRunning, mostWaiting, waitMs }: Parts): BusyModels {
  const queues = new Map<string, FairQueue>();
  /** A model that was taken away and came back may have another engine. */
  const latest = new Map<string, ServedModel>();
  const create = ({ id }: ServedModel) => {
    const queue = createFairQueue({
      clock,
      places: () => mostRunning(id) ?? slotsOf(latest.get(id)),
      mostWaiting,
      waitMs,
    });
    queues.set(id, queue);
    return queue;
  };
  return {
    enter(model, wanting, signal) {
      latest.set(model.id, model);
      return (queues.get(model.id) ?? create(model)).enter(wanting, signal);
    },
    look() {
      for (const queue of queues.values()) queue.look();
    },
  };
}

/** Null while nobody knows: an engine that is loading, or one elsewhere that does not tell. */
function slotsOf(model: ServedModel | undefined): number | null {
  const state = model?.engine.state();
  return state?.kind === 'ready' ? state.slots : null;
}
