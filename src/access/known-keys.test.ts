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
function createStore(found: Record<string, Awaited<ReturnType<KeyStore['findUsable']>>>) {
  let asked = 0;
  return {
    found,
    asked: () => asked,
    async findUsable(digest: string) {
      asked += 1;
      return found[digest];
    },
  };
}

const open = (key: KeyRecord, secretExpiresAt: number | null = null) => ({ key, secretExpiresAt });

it('asks the store once for a key that opens something, and each time for one that does not', async () => {
  const store = createStore({ good: open(record('key_good')) });
  const known = createKnownKeys(store, () => 11);

  expect([await known.find('good'), await known.find('good')]).toMatchObject([
    { keyId: 'key_good' },
    { keyId: 'key_good' },
  ]);
  expect(store.asked()).toBe(1);
  expect([await known.find('bad'), await known.find('bad')]).toEqual([undefined, undefined]);
  expect(store.asked()).toBe(3);
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
  const store = createStore({ key: open(record('key', { expiresAt: 100 }), 150), text: open(record('key'), 50) });
  const known = createKnownKeys(store, () => now);
  await known.find('key');
  await known.find('text');

  const asked = async (at: number, digest: string) => {
    now = at;
    const before = store.asked();
    await known.find(digest);
    return store.asked() - before;
  };
  expect([await asked(49, 'text'), await asked(50, 'text')]).toEqual([0, 1]);
  expect([await asked(99, 'key'), await asked(100, 'key')]).toEqual([0, 1]);
});

it('does not keep what was read before a change was heard of', async () => {
  const store = createStore({ key: open(record('key')) });
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const slow = {
    async findUsable(digest: string) {
      const found = await store.findUsable(digest);
      await held;
      return found;
    },
  };
  const known = createKnownKeys(slow, () => 0);

  const reading = known.find('key');
  delete store.found['key'];
  known.forget(new Set(['key']));
  letGo();

  await reading;
  expect(await known.find('key')).toBeUndefined();
});
