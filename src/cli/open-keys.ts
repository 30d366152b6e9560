import { takeOverKeyFile } from '../access/key-file.ts';
import type { KeyStore } from '../access/key-store.ts';
import { createSqlKeyStore } from '../access/sql-key-store.ts';
import type { Store } from '../store/store.ts';

/** The keys of a state directory, those that earlier releases left there included. */
export async function openKeys(
  store: Store,
  stateDir: string,
  onBadRow: (keyId: string, cause: unknown) => void,
): Promise<KeyStore> {
  const keys = await createSqlKeyStore(store, { now: Date.now, onBadRow });
  await takeOverKeyFile(stateDir, keys);
  return keys;
}
