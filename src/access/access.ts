import type { Clock } from '../lib/clock.ts';
import { createAuthenticator, type Authenticator } from './authenticator.ts';
import type { KeyStore } from './key-store.ts';
import { createKeys, type Keys } from './keys.ts';
import { createKnownKeys } from './known-keys.ts';
import type { Principal } from './principal.ts';
import { watchKeys } from './watch-keys.ts';

/** Keys that are kept, and word of changes by others who keep them too. */
export interface KeptKeys {
  readonly store: KeyStore;
  /** Calls the listener soon after another process changed anything; the result ends that. */
  readonly onForeignChange: (listener: () => void) => () => void;
}

interface Parts {
  /** Absent: the keys of the configuration are all there are. */
  readonly kept?: KeptKeys | undefined;
  readonly configured: () => ReadonlyMap<string, Principal>;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly clock: Clock;
  /** Told of keys that open nothing any more, whoever ended or paused them. */
  readonly onEnded: (keyIds: ReadonlySet<string>) => void;
  readonly onFailure: (cause: unknown) => void;
}

export interface Access {
  readonly authenticator: Authenticator;
  /** Absent where none are kept. */
  readonly keys: Keys | undefined;
  stop(): void;
}

/** Who may use the server, and the means to change that while it runs. */
export function createAccess({ kept, configured, now, clock, onEnded, onFailure }: Parts): Access {
  if (!kept) {
    return { authenticator: createAuthenticator({ configured, now }), keys: undefined, stop: () => undefined };
  }
  const { store, onForeignChange } = kept;
  const known = createKnownKeys(store, now);
  const watch = watchKeys({
    store,
    onForeignChange,
    clock,
    onFailure,
    onChange(changed) {
      known.forget(new Set(changed.map(({ id }) => id)));
      onEnded(new Set(changed.filter(({ status }) => status !== 'active').map(({ id }) => id)));
    },
  });
  return {
    authenticator: createAuthenticator({ known, configured, now }),
    keys: createKeys({ store, now, onChange: () => watch.look() }),
    stop: () => watch.stop(),
  };
}
