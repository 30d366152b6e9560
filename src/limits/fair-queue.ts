import { ManifoldError } from '../errors.ts';
import type { Clock } from '../lib/clock.ts';
import { once } from '../lib/once.ts';
import { FairLine, type Entry } from './fair-line.ts';
import type { Sharer } from './sharer.ts';
import { Sharers } from './sharers.ts';

/** One request that wants places of a model. */
export interface Wanting {
  /** Between whom the model is shared. */
  readonly key: string;
  /** Its share beside others'. */
  readonly weight: number;
  /** Lower is sooner, before any share is looked at. */
  readonly priority: number;
  /** Choices that are generated at the same time. */
  readonly places: number;
}

/** Gives the places back; only the first call counts. */
export type Leave = () => void;

/** The line before one model. */
export interface FairQueue {
  /**
   * Resolves when it is its turn. Rejects with `rate_limit_exceeded` when that takes too long or too many wait, and with
   * the signal's reason when it is aborted before.
   */
  enter(wanting: Wanting, signal: AbortSignal): Promise<Leave>;
  /** Lets in those that there is room for, where there are more places than when it was last looked. */
  look(): void;
}

export interface FairQueueOptions {
  readonly clock: Clock;
  /** Places there are now; null where nobody knows, and then nobody waits. */
  readonly places: () => number | null;
  readonly mostWaiting: number;
  readonly waitMs: number;
}

/** With fewer places, keeping one free would cost too much. */
const leastForSpare = 4;
/** Until it is known how long requests take. */
const firstGuessMs = 1000;

/**
 * The next place goes to the key that has had least of the model's time for its weight, so a key that floods the line
 * waits for itself and nobody else. While several keys are about, the last free place is kept for one that has none:
 * it need not wait until something ends. A full line refuses the last of the key that has most in it.
 */
export function createFairQueue({ clock, places, mostWaiting, waitMs }: FairQueueOptions): FairQueue {
  const sharers = new Sharers(() => clock.now());
  const line = new FairLine();
  let running = 0;
  let averageMs = firstGuessMs;

  const total = () => places() ?? Infinity;
  /** What one may fill the model up to. */
  const roomFor = (sharer: Sharer) => {
    const keepsSpare = total() >= leastForSpare && sharer.places > 0 && sharers.hasOthersAbout(sharer);
    return keepsSpare ? total() - 1 : total();
  };
  /** A request for more than there ever is takes all that one key can have. */
  const taken = (wanted: number) => Math.min(wanted, total() >= leastForSpare ? total() - 1 : Math.max(1, total()));
  const fits = (sharer: Sharer, wanted: number) => running === 0 || running + taken(wanted) <= roomFor(sharer);

  const begin = (sharer: Sharer, wanted: number): Leave => {
    const own = taken(wanted);
    const startedAt = clock.now();
    running += own;
    sharer.begin(own, startedAt);
    sharers.note(sharer);
    return once(() => {
      const now = clock.now();
      averageMs += (now - startedAt - averageMs) / 16;
      running -= own;
      sharer.end(own, startedAt, now);
      sharers.note(sharer);
      rest(sharer);
      serve();
    });
  };
  const rest = (sharer: Sharer) => {
    if (sharer.places === 0 && !line.has(sharer)) sharers.rest(sharer);
  };
  const serve = () => {
    // Once the rest is kept for those that have no place, nobody else goes past the one that has to wait.
    let onlyWithout = false;
    for (;;) {
      const next = line.next(clock.now(), (sharer) => !onlyWithout || sharer.places === 0);
      if (!next) return;
      if (fits(next.sharer, next.places)) next.enter();
      else if (!onlyWithout && next.sharer.places > 0) onlyWithout = true;
      else return;
    }
  };
  const secondsToWait = () =>
    Math.min(60, Math.max(1, Math.ceil((averageMs * (line.length + 1)) / Math.max(1, total()) / 1000)));

  const wait = (sharer: Sharer, { priority, places: wanted }: Wanting, signal: AbortSignal) =>
    new Promise<Leave>((resolve, reject) => {
      const over = () => {
        callOff();
        signal.removeEventListener('abort', onAbort);
        line.remove(entry);
      };
      const entry: Entry = {
        sharer,
        priority,
        places: wanted,
        enter() {
          over();
          resolve(begin(sharer, wanted));
        },
        refuse(reason) {
          over();
          rest(sharer);
          reject(reason);
          // It may have been the one that others waited behind.
          serve();
        },
      };
      const onAbort = () => entry.refuse(signal.reason);
      const callOff = clock.after(waitMs, () => entry.refuse(busy('did not become free in time', secondsToWait())));
      signal.addEventListener('abort', onAbort, { once: true });
      line.push(entry);
      if (line.length > mostWaiting) line.greediest()?.refuse(busy('has a full line already', secondsToWait()));
      serve();
    });

  return {
    async enter(wanting, signal) {
      signal.throwIfAborted();
      const sharer = sharers.arrive(wanting.key, wanting.weight);
      const isFirst = line.length === 0 && fits(sharer, wanting.places);
      return isFirst ? begin(sharer, wanting.places) : wait(sharer, wanting, signal);
    },
    look: serve,
  };
}

function busy(what: string, retryAfterSeconds: number): ManifoldError {
  const message = `The model is busy and ${what}. Try again in ${retryAfterSeconds} s.`;
  return new ManifoldError('rate_limit_exceeded', message, { retryAfterSeconds });
}
