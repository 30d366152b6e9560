import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAccess, type Access } from '../src/access/access.ts';
import { generateKey } from '../src/access/api-key.ts';
import { createSqlKeyStore } from '../src/access/sql-key-store.ts';
import { createSystemClock } from '../src/lib/clock.ts';
import { openStore } from '../src/store/store.ts';
import { fillKeys } from './access/fill-keys.ts';
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
  await fillKeys(database, count, plain);
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
