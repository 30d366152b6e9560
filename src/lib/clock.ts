/** Time as a part that is handed in, so that a test can make it pass. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Runs `action` once after `ms` milliseconds. The result calls it off. */
  after(ms: number, action: () => void): () => void;
}

/** The machine's own clock. A wait that is longer than Node's timers can be never ends. */
export function createSystemClock(): Clock {
  return {
    now: () => performance.now(),
    after(ms, action) {
      if (ms > longestTimerMs) return () => undefined;
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
  };
}

const longestTimerMs = 2 ** 31 - 1;

/** Resolves after `ms`; rejects with the signal's reason as soon as that is aborted. */
export function pause(ms: number, signal: AbortSignal, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      callOff();
      reject(signal.reason);
    };
    const callOff = clock.after(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
