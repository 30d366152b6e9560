import { createKeys, type Keys } from '../../access/keys.ts';
import { openKeys } from '../open-keys.ts';
import { type StateFlags, stateDirFromFlags } from '../state-options.ts';
import { openStateStore } from '../state-store.ts';
import { say, type Terminal } from '../terminal.ts';

export interface KeyFlags extends StateFlags {
  readonly json?: boolean;
}

/** Does something with the keys of the state directory, whether or not a server runs on it. */
export async function withKeys<T>(
  flags: StateFlags,
  terminal: Terminal,
  action: (keys: Keys, stateDir: string) => Promise<T>,
): Promise<T> {
  const stateDir = stateDirFromFlags(flags, terminal);
  const store = await openStateStore(stateDir);
  try {
    const keyStore = await openKeys(store, stateDir, (keyId) =>
      say(terminal.stderr, `manifold: the key ${keyId} cannot be read and opens nothing.`),
    );
    return await action(createKeys({ store: keyStore, now: Date.now }), stateDir);
  } finally {
    await store.close();
  }
}
