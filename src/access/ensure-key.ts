import { randomBytes } from 'node:crypto';
import { digestKey, generateKey } from './api-key.ts';
import type { KeyStore } from './key-store.ts';

/** Makes sure that a key exists. `plain` is there only when one was made now: the one chance to show it. */
export async function ensureKey(store: KeyStore): Promise<{ readonly plain?: string }> {
  const keys = await store.list();
  return keys.length > 0 ? {} : resetKeys(store);
}

/** Replaces every stored key by one new one, whose plain text is returned and kept nowhere. */
export async function resetKeys(store: KeyStore): Promise<{ readonly plain: string }> {
  const plain = generateKey();
  const id = `key_${randomBytes(6).toString('hex')}`;
  await store.replace([{ id, digest: digestKey(plain), createdAt: new Date().toISOString() }]);
  return { plain };
}
