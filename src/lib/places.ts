import { once } from './once.ts';

/** Lets so many in at once; the others wait in the order in which they came, until their signal is aborted. */
export interface Places {
  /** Resolves when there is a place, with what gives it back; throws the signal's reason when that aborts before. */
  enter(signal: AbortSignal): Promise<() => void>;
  /** Runs something in a place. */
  use<T>(run: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export function createPlaces(count: number): Places {
  let free = count;
  const waiting: (() => void)[] = [];

  /** Resolves when another hands its place over. */
  const turn = (signal: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const call = () => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    };
    const giveUp = () => {
      waiting.splice(waiting.indexOf(call), 1);
      reject(signal.reason);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    waiting.push(call);
    return promise;
  };

  const enter = async (signal: AbortSignal): Promise<() => void> => {
    signal.throwIfAborted();
    if (free > 0) free--;
    else await turn(signal);
    return once(() => {
      const next = waiting.shift();
      if (next) next();
      else free++;
    });
  };
  return {
    enter,
    async use(run, signal) {
      const leave = await enter(signal);
      try {
        return await run();
      } finally {
        leave();
      }
    },
  };
}
