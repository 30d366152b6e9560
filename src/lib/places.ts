/** Lets so many run at once; the others wait in their order, until their signal is aborted. */
export interface Places {
  use<T>(run: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export function createPlaces(count: number): Places {
  let free = count;
  const waiting: (() => void)[] = [];

  /** Resolves when another hands its place over. */
  const turn = (signal: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const enter = () => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    const leave = () => {
      waiting.splice(waiting.indexOf(enter), 1);
      reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    waiting.push(enter);
    return promise;
  };

  return {
    async use(run, signal) {
      signal.throwIfAborted();
      if (free > 0) free--;
      else await turn(signal);
      try {
        return await run();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else free++;
      }
    },
  };
}
