import { createKeyRequest } from '../api/key.ts';
import type { KeyStore } from './key-store.ts';
import type { Keys, MadeKey } from './keys.ts';

/** What the first key of a server may do: everything, so that others can be made with it. */
const firstKey = createKeyRequest.parse({ name: 'first key', scopes: ['inference', 'metrics', 'admin'] });

/** Makes sure that there is a key that opens something. One that was made now is returned: the one chance to show it. */
export async function ensureKey(
  store: Pick<KeyStore, 'hasUsable'>,
  keys: Pick<Keys, 'create'>,
): Promise<MadeKey | undefined> {
  if (await store.hasUsable()) return undefined;
  const { key, plain } = await keys.create({}, firstKey);
  return plain === null ? undefined : { key, plain };
}
