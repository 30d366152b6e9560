import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAccess, type Access } from '../src/access/access.ts';
import { digestKey, generateKey, prefixOf } from '../src/access/api-key.ts';
import type { KeyTables } from '../src/access/key-tables.ts';
import { createSqlKeyStore } from '../src/access/sql-key-store.ts';
import { createSystemClock } from '../src/lib/clock.ts';
import { openStore, type Store } from '../src/store/store.ts';
import { readOptions } from './lib/options.ts';
import { quantile } from './lib/quantile.ts';
import { startReport } from './lib/report.ts';

/**
 * What telling who asks costs a request, with few keys and with very many: a key that was used lately, one that has to be
 * looked up in the store, one that does not exist, and text that is no key.
 */
const options = readOptions('bench/keys.ts', {
  keys: { about: 'numbers of keys in the store', default: [1000, 1_000_000] },
  requests: { about: 'requests of each kind', default: 20_000 },
});
const report = startReport('keys', options);
const rows = [];
for (const count of options.keys) rows.push(...(await measure(count)));
report.table('Telling who asks, microseconds a request', rows);
report.save({ rows });

async function measure(count: number) {
  const dir = mkdtempSync(path.join(tmpdir(), 'bench-keys-'));
  const database = await openStore({ file: path.join(dir, 'manifold.db') });
  const onBadRow = (id: string, cause: unknown) => {
    throw new Error(`The key ${id} cannot be read.`, { cause });
  };
  const store = await createSqlKeyStore(database, { now: Date.now, onBadRow });
  const plain = Array.from({ length: Math.min(count, options.requests) }, generateKey);
  await fill(database, count, plain);
  const access = createAccess({
    kept: { store, onForeignChange: (listener) => database.onForeignChange(listener) },
    configured: () => new Map(),
    now: Date.now,
    clock: createSystemClock(),
    onEnded: () => undefined,
    onFailure: (cause) => onBadRow('watched', cause),
  });
  const one = plain[0] ?? '';
  const strangers = Array.from({ length: options.requests }, generateKey);
  const cases = [
    // Each of these is asked about for the first time.
    { kind: 'looked up', keys: plain },
    { kind: 'used lately', keys: Array.from({ length: options.requests }, () => one) },
    { kind: 'unknown', keys: strangers },
    { kind: 'no key', keys: strangers.map((key) => `${key.slice(0, -1)}-`) },
  ];
  const found = [];
  for (const { kind, keys } of cases) found.push({ keys: count, kind, ...(await timed(access, keys)) });
  access.stop();
  await database.close();
  rmSync(dir, { recursive: true });
  return found;
}

async function timed({ authenticator }: Access, keys: readonly string[]) {
  const times: number[] = [];
  for (const key of keys) {
    const startedAt = performance.now();
    await authenticator.authenticate(`Bearer ${key}`).catch(() => undefined);
    times.push((performance.now() - startedAt) * 1000);
  }
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

/** Rows as creating keys leaves them; the texts of all but the first are nobody's. */
async function fill(database: Store, count: number, plain: readonly string[]): Promise<void> {
  const db = database.db<KeyTables>();
  const settings = JSON.stringify({
    name: 'bench',
    owner: null,
    labels: {},
    scopes: ['inference'],
    models: ['meta/*'],
    endpoints: null,
    limits: { requestsPerMinute: 60 },
    weight: 1,
  });
  const inBatch = 2000;
  for (let start = 0; start < count; start += inBatch) {
    const places = Array.from({ length: Math.min(inBatch, count - start) }, (_, at) => start + at);
    await database.batch([
      db
        .insertInto('keys')
        .values(
          places.map((at) => ({
            id: `key_${at}`,
            team: null,
            status: 'active',
            created_at: at,
            expires_at: null,
            revision: at + 1,
            settings,
          })),
        )
        .compile(),
      db
        .insertInto('key_secrets')
        .values(
          places.map((at) => {
            const text = plain[at];
            const digest = text === undefined ? randomBytes(32).toString('hex') : digestKey(text);
            return {
              digest,
              key_id: `key_${at}`,
              prefix: prefixOf(text ?? 'nvapi-none'),
              created_at: at,
              expires_at: null,
            };
          }),
        )
        .compile(),
    ]);
  }
}
