import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Migration } from './migrate.ts';
import { openStore, type Store } from './store.ts';

let directory: string;
let stores: Store[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'manifold-migrate-'));
  stores = [];
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  rmSync(directory, { recursive: true, force: true });
});

const open = async () => {
  const store = await openStore({ file: join(directory, 'manifold.db') });
  stores.push(store);
  return store;
};

const make: Migration = async (db) => {
  await sql`create table things (name text not null) strict`.execute(db);
};
const fill: Migration = async (db) => {
  await sql`insert into things (name) values ('made by step two')`.execute(db);
};
const fail: Migration = async (db) => {
  await sql`insert into things (name) values ('half done')`.execute(db);
  await sql`this is no sql`.execute(db);
};

const names = async (store: Store) =>
  (await store.db<{ things: { name: string } }>().selectFrom('things').select('name').execute()).map(
    ({ name }) => name,
  );

describe('migrations', () => {
  it('take a part from whatever version it has to the newest, each step once', async () => {
    const store = await open();
    await store.migrate('things', [make]);

    await store.migrate('things', [make, fill]);
    await store.migrate('things', [make, fill]);

    expect(await names(store)).toEqual(['made by step two']);
  });

  it('count for each part by itself', async () => {
    const store = await open();
    await store.migrate('things', [make]);
    await store.migrate('others', [fill]);

    expect(await names(store)).toEqual(['made by step two']);
  });

  it('leave everything as it was when a step fails', async () => {
    const store = await open();
    await store.migrate('things', [make]);

    await expect(store.migrate('things', [make, fill, fail])).rejects.toThrow(/syntax error/);
    expect(await names(store)).toEqual([]);

    await store.migrate('things', [make, fill]);
    expect(await names(store)).toEqual(['made by step two']);
  });

  it('refuse a database that a newer release has used', async () => {
    const store = await open();
    await store.migrate('things', [make, fill]);

    await expect(store.migrate('things', [make])).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: expect.stringMatching(/newer release \(things version 2, this one knows 1\).*manifold restore/),
    });
  });

  it('happen once when several processes start together', async () => {
    const together = await Promise.all(Array.from({ length: 5 }, open));

    await Promise.all(together.map((store) => store.migrate('things', [make, fill])));

    expect(await names(together[0]!)).toEqual(['made by step two']);
  });
});
