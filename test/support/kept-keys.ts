import type { KeptKeys } from '../../src/access/access.ts';
import { createKeys, type Keys } from '../../src/access/keys.ts';
import { createSqlKeyStore } from '../../src/access/sql-key-store.ts';
import { createKeyRequest, type CreateKeyRequest, type Key } from '../../src/api/key.ts';
import { openStore, type Store } from '../../src/store/store.ts';

/** Keys in a real store of its own, as a server or a command has them. */
export interface KeptKeysUnderTest extends KeptKeys, AsyncDisposable {
  readonly database: Store;
  readonly keys: Keys;
  /** Ids of rows that could not be read. */
  readonly badRows: string[];
  /** Makes a key as the owner of the state directory. */
  make(wanted?: Partial<CreateKeyRequest>): Promise<{ readonly key: Key; readonly plain: string }>;
}

export async function openKeptKeys(file = ':memory:', now: () => number = Date.now): Promise<KeptKeysUnderTest> {
  const database = await openStore({ file });
  const badRows: string[] = [];
  const store = await createSqlKeyStore(database, { now, onBadRow: (keyId) => void badRows.push(keyId) });
  const keys = createKeys({ store, now });
  return {
    store,
    onForeignChange: (listener) => database.onForeignChange(listener),
    database,
    keys,
    badRows,
    async make(wanted = {}) {
      const { key, plain } = await keys.create({}, createKeyRequest.parse(wanted));
      if (plain === null) throw new Error('A key without a name is always made.');
      return { key, plain };
    },
    [Symbol.asyncDispose]: () => database.close(),
  };
}
