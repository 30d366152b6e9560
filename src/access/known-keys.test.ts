import { expect, it } from 'vitest';
import type { KeyRecord } from './key-record.ts';
import type { KeyStore } from './key-store.ts';
import { createKnownKeys } from './known-keys.ts';
import { everything } from './keys.ts';

const record = (id: string, more: Partial<KeyRecord> = {}): KeyRecord => ({
  ...everything,
  id,
  status: 'active',
  createdAt: 0,
  revision: 1,
  secrets: [],
  ...more,
});

/** A store of these digests that counts how often it is asked. */
function createStore(found: Record<string, Awaited<ReturnType<KeyStore['findByDigest']>>>) {
  let asked = 0;
  return {
    found,
    asked: () => asked,
    async findByDigest(digest: string) {
      asked += 1;
      return found[digest];
    },
  };
}

const open = (key: KeyRecord, secretExpiresAt: number | null = null) => ({ key, secretExpiresAt });

it('asks the store once for a key that opens something, and each time for one that does not', async () => {
  const store = createStore({
    good: open(record('key_good')),
    revoked: open(record('key_revoked', { status: 'revoked' })),
    expired: open(record('key_expired', { expiresAt: 10 })),
    rotated: open(record('key_rotated'), 10),
  });
  const known = createKnownKeys(store, () => 11);

  expect(await known.find('good')).toMatchObject({ keyId: 'key_good' });
  expect(await known.find('good')).toMatchObject({ keyId: 'key_good' });
  expect(store.asked()).toBe(1);
  for (const digest of ['unknown', 'revoked', 'expired', 'rotated']) {
    const before = store.asked();
    // oxlint-disable-next-line no-await-in-loop -- one after the other is what is counted
    expect([await known.find(digest), await known.find(digest), store.asked() - before]).toEqual([
      undefined,
      undefined,
      2,
    ]);
  }
});

it('holds no more than it may, and keeps what was used last', async () => {
  const store = createStore({ a: open(record('a')), b: open(record('b')), c: open(record('c')) });
  const known = createKnownKeys(store, () => 0, 2);

  for (const digest of ['a', 'b', 'a', 'c']) await known.find(digest);
  expect(store.asked()).toBe(3);
  await known.find('a');
  expect(store.asked()).toBe(3);
  await known.find('b');
  expect(store.asked()).toBe(4);
});

it('lets a key go at its end, and a rotated text at its own', async () => {
  let now = 0;
  const store = createStore({ key: open(record('key', { expiresAt: 100 })), text: open(record('key'), 50) });
  const known = createKnownKeys(store, () => now);
  await known.find('key');
  await known.find('text');

  now = 49;
  expect(await known.find('text')).toBeDefined();
  now = 50;
  expect(await known.find('text')).toBeUndefined();
  now = 99;
  expect(await known.find('key')).toBeDefined();
  now = 100;
  expect(await known.find('key')).toBeUndefined();
});

it('does not keep what was read before a change was heard of', async () => {
  const store = createStore({ key: open(record('key')) });
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const slow = {
    async findByDigest(digest: string) {
      const found = await store.findByDigest(digest);
      await held;
      return found;
    },
  };
  const known = createKnownKeys(slow, () => 0);

  const reading = known.find('key');
  store.found['key'] = open(record('key', { status: 'revoked' }));
  known.forget(new Set(['key']));
  letGo();

  await reading;
  expect(await known.find('key')).toBeUndefined();
});
