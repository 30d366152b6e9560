import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openKeptKeys, type KeptKeysUnderTest } from '../../test/support/kept-keys.ts';
import { createSystemClock } from '../lib/clock.ts';
import { digestKey, generateKey } from './api-key.ts';
import { takeOverKeyFile } from './key-file.ts';
import type { KeyTables } from './key-tables.ts';
import { watchKeys } from './watch-keys.ts';

let dir: string;
let kept: KeptKeysUnderTest;
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'keys-'));
  kept = await openKeptKeys(path.join(dir, 'manifold.db'));
});
afterEach(async () => {
  await kept[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true });
});

it('passes over a row that cannot be read, and no other', async () => {
  const [good, bad] = [await kept.make(), await kept.make()];
  const rows = kept.database.db<KeyTables>();
  await rows.updateTable('keys').set({ settings: '{"scopes":["root"]}' }).where('id', '=', bad.key.id).execute();

  expect(await kept.store.findUsable(digestKey(bad.plain))).toBeUndefined();
  expect(await kept.store.findUsable(digestKey(good.plain))).toBeDefined();
  expect((await kept.keys.list({}, { limit: 10 })).map(({ id }) => id)).toEqual([good.key.id]);
  expect(new Set(kept.badRows)).toEqual(new Set([bad.key.id]));
});

it('lists as many keys as are asked for where rows between them cannot be read', async () => {
  const made = [await kept.make(), await kept.make(), await kept.make(), await kept.make()].map(({ key }) => key.id);
  const rows = kept.database.db<KeyTables>();
  await rows.updateTable('keys').set({ settings: '{' }).where('id', 'in', made.slice(0, 2)).execute();

  const ids = async (limit: number) => (await kept.keys.list({}, { limit })).map(({ id }) => id);
  const readable = (await ids(10)).toSorted();

  expect(readable).toEqual(made.slice(2).toSorted());
  expect(await ids(1)).toHaveLength(1);
  expect((await ids(2)).toSorted()).toEqual(readable);
});

it('lists more keys than a statement takes values', async () => {
  const rows = kept.database.db<KeyTables>();
  const { key } = await kept.make();
  await sql`insert into keys (id, team, status, created_at, expires_at, revision, settings)
    with recursive n(i) as (select 1 union all select i + 1 from n where i < 33000)
    select 'many_' || i, team, status, created_at, expires_at, revision, settings from n, keys where id = ${key.id}`.execute(
    rows,
  );

  expect(await kept.keys.list({}, { limit: 50_000 })).toHaveLength(33_001);
});

it('writes no text of a key into any of its files', async () => {
  const { key, plain } = await kept.make({ name: 'visible-name' });
  const { plain: rotated } = await kept.keys.rotate({}, key.id, 60);

  const written = ['manifold.db', 'manifold.db-wal']
    .map((name) => readFileSync(path.join(dir, name), 'latin1'))
    .join('');
  expect(written).toContain('visible-name');
  for (const text of [plain, rotated]) expect(written).not.toContain(text.slice(0, 20));
});

it('hears of keys that another process changes, each once', async () => {
  const other = await openKeptKeys(path.join(dir, 'manifold.db'));
  const { key } = await kept.make();
  const heard: string[] = [];
  const watch = watchKeys({
    store: kept.store,
    onForeignChange: kept.onForeignChange,
    clock: createSystemClock(),
    onFailure: (cause) => expect.unreachable(String(cause)),
    onChange: (changed) => heard.push(...changed.map(({ id, status }) => `${id} ${status}`)),
  });
  await watch.look();
  await other.keys.revoke({}, key.id);

  await expect.poll(() => heard, { interval: 10 }).toEqual([`${key.id} revoked`]);
  watch.stop();
  await other[Symbol.asyncDispose]();
});

it('takes over the keys of a file, once, with all they could do, and keeps the file beside', async () => {
  const plain = generateKey();
  const old = { keys: [{ id: 'key_old', digest: digestKey(plain), createdAt: '2026-01-01T00:00:00.000Z' }] };
  writeFileSync(path.join(dir, 'keys.json'), JSON.stringify(old));

  await takeOverKeyFile(dir, kept.store);
  // As after a death between the two steps.
  writeFileSync(path.join(dir, 'keys.json'), JSON.stringify(old));
  await takeOverKeyFile(dir, kept.store);

  expect(await kept.store.findUsable(digestKey(plain))).toMatchObject({
    key: { id: 'key_old', status: 'active', scopes: ['inference', 'metrics', 'admin'] },
  });
  expect(await kept.keys.audit({}, { limit: 5 })).toMatchObject([{ action: 'import', target: 'key_old' }]);
  expect(JSON.parse(readFileSync(path.join(dir, 'keys.json.bak'), 'utf8'))).toEqual(old);
});

it('says what to do about a broken file of keys', async () => {
  writeFileSync(path.join(dir, 'keys.json'), '{');

  await expect(takeOverKeyFile(dir, kept.store)).rejects.toMatchObject({
    code: 'configuration_invalid',
    message: expect.stringContaining('keys reset'),
  });
});
