import type { Clock } from '../lib/clock.ts';
import type { KeyStore } from './key-store.ts';

export type ChangedKey = Awaited<ReturnType<KeyStore['changedSince']>>[number];

interface WatchOptions {
  readonly store: Pick<KeyStore, 'changedSince' | 'lastRevision'>;
  /** Calls the listener soon after another process changed anything; the result ends that. */
  readonly onForeignChange: (listener: () => void) => () => void;
  readonly clock: Clock;
  /** Told once of each key that changed, whoever changed it. */
  readonly onChange: (changed: readonly ChangedKey[]) => void;
  /** Told when looking fails; it is tried again. */
  readonly onFailure: (cause: unknown) => void;
}

export interface KeyWatch {
  /** Looks now; resolves once what changed until this call was told. Where it rejects that is told later. */
  look(): Promise<void>;
  stop(): void;
}

const retryMs = 250;

/** Notices changes of keys by any process that shares the store, well within a second, so that revoking is. */
export function watchKeys({ store, onForeignChange, clock, onChange, onFailure }: WatchOptions): KeyWatch {
  let seen = -1;
  let callOff = () => {};
  let isStopped = false;
  let looking: Promise<void> = Promise.resolve();

  const lookOnce = async () => {
    if (seen < 0) seen = await firstSeen();
    const changed = await store.changedSince(seen);
    const last = changed.at(-1);
    if (last === undefined) return;
    seen = last.revision;
    onChange(changed);
  };
  const firstSeen = () =>
    store.lastRevision().catch((cause: unknown) => {
      // Keys may be used before the next look: what becomes of them until then has to be told, with all there ever was.
      seen = 0;
      throw cause;
    });
  const look = () => {
    // One after the other, so that nothing is told twice.
    looking = looking.then(lookOnce, lookOnce);
    looking.catch((cause: unknown) => {
      onFailure(cause);
      callOff();
      if (!isStopped) callOff = clock.after(retryMs, lookUntilSeen);
    });
    return looking;
  };
  const lookUntilSeen = () => {
    callOff();
    look().catch(() => undefined);
  };
  const stopListening = onForeignChange(lookUntilSeen);
  lookUntilSeen();
  return {
    look,
    stop() {
      isStopped = true;
      stopListening();
      callOff();
    },
  };
}
