import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Migration } from './migrate.ts';
import { SqliteFailure, sqliteCode } from './sqlite-failure.ts';
import { openStore, type Store } from './store.ts';

interface Tables {
  notes: { id: number; text: string };
}

const makeNotes: Migration = async (db) => {
  await sql`create table notes (id integer primary key, text text not null) strict`.execute(db);
};

let directory: string;
let file: string;
const opened: Store[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'manifold-store-'));
  file = join(directory, 'manifold.db');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
  rmSync(directory, { recursive: true, force: true });
});

const open = async (options: Partial<Parameters<typeof openStore>[0]> = {}) => {
  const store = await openStore({ file, lookEveryMs: 10, ...options });
  opened.push(store);
  return store;
};
const openNotes = async (options: Partial<Parameters<typeof openStore>[0]> = {}) => {
  const store = await open(options);
  await store.migrate('notes', [makeNotes]);
  return store;
};
const write = (store: Store, text: string) => store.db<Tables>().insertInto('notes').values({ id: 1, text }).execute();
const texts = async (store: Store) =>
  (await store.db<Tables>().selectFrom('notes').selectAll().execute()).map(({ text }) => text);

describe('a store', () => {
  it('keeps what was written when it is closed and opened again', async () => {
    const first = await openNotes();
    await write(first, 'kept');
    await first.close();

    expect(await texts(await openNotes())).toEqual(['kept']);
  });

  it('writes files that only their owner can read, also over one that others could', async () => {
    writeFileSync(file, '');
    chmodSync(file, 0o644);

    await write(await openNotes(), 'secret');

    for (const name of [file, `${file}-wal`]) expect(statSync(name).mode & 0o777).toBe(0o600);
  });

  it('lives in memory without a file', async () => {
    const store = await openNotes({ file: ':memory:' });
    await write(store, 'here');

    expect(await texts(store)).toEqual(['here']);
    expect(await store.reader<Tables>().selectFrom('notes').select('text').execute()).toEqual([{ text: 'here' }]);
  });

  // On a busy machine the reader may be done before anybody writes.
  it('keeps nobody waiting for a reader, who sees what was written before it asks', { retry: 5 }, async () => {
    const store = await openNotes();
    await write(store, 'before');
    const ended: string[] = [];
    const reads = store.reader<Tables>();
    expect(await reads.selectFrom('notes').select('text').execute()).toEqual([{ text: 'before' }]);
    // Seconds of work, whatever the machine. When its thread begins with it is not known, so neither is which text it would
    // see: it counts alone.
    const long = sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000000)
      select count(*) as many from n, notes`
      .execute(reads)
      .then(({ rows }) => {
        ended.push('long');
        return rows;
      });
    await write(store, 'same id').catch(() => ended.push('short'));
    await store.db<Tables>().updateTable('notes').set({ text: 'after' }).execute();
    ended.push('short');

    expect(await long).toEqual([{ many: 5_000_000 }]);
    expect(ended).toEqual(['short', 'short', 'long']);
    expect(await reads.selectFrom('notes').selectAll().execute()).toEqual([{ id: 1, text: 'after' }]);
    await expect(reads.insertInto('notes').values({ id: 2, text: 'x' }).execute()).rejects.toThrow(/written|readonly/);
  });

  it('leaves no log beside its file when it is closed, though it was read', async () => {
    const store = await openNotes();
    await write(store, 'kept');
    await store.reader<Tables>().selectFrom('notes').selectAll().execute();
    await store.close();

    expect(existsSync(`${file}-wal`)).toBe(false);
    await expect(store.reader<Tables>().selectFrom('notes').selectAll().execute()).rejects.toThrow(/destroyed/);
  });

  it('answers what was asked before it is closed', async () => {
    const store = await openNotes();
    const written = write(store, 'last');
    await store.close();

    await expect(written).resolves.toBeDefined();
    expect(await texts(await openNotes())).toEqual(['last']);
  });

  it('rejects what is asked after it is closed', async () => {
    const store = await openNotes();
    await store.close();

    await expect(texts(store)).rejects.toThrow(/destroyed/);
    await expect(store.batch([])).rejects.toThrow(/destroyed/);
  });

  it('tells which statement failed by a code of SQLite', async () => {
    const store = await openNotes();
    await write(store, 'first');

    const failure = await write(store, 'same id').catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(SqliteFailure);
    expect((failure as SqliteFailure).code).toBe(sqliteCode.constraint);
  });

  it('says that its disk is full, out of a transaction too, and goes on when there is room', async () => {
    const store = await openNotes();
    const pages = (count: number) => sql`pragma max_page_count = ${sql.lit(count)}`.execute(store.db());
    await pages(1);
    const long = { id: 2, text: 'x'.repeat(100_000) };

    const writing = store.db<Tables>().transaction();
    await expect(writing.execute((db) => db.insertInto('notes').values(long).execute())).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('full') as string,
    });

    await pages(1_000_000);
    await write(store, 'there is room');
    expect(await texts(store)).toEqual(['there is room']);
  });

  it('says so while another process holds it, and goes on when that has ended', async () => {
    const store = await openNotes({ busyMs: 10 });
    const other = new DatabaseSync(file);
    const insert = store.db<Tables>().insertInto('notes').values({ id: 2, text: 'too late' }).compile();
    other.exec('begin immediate');

    const held = { code: 'storage_unavailable', message: expect.stringContaining('another process') as string };
    await expect(write(store, 'too late')).rejects.toMatchObject(held);
    await expect(store.batch([insert])).rejects.toMatchObject(held);
    await expect(
      store
        .db<Tables>()
        .transaction()
        .execute(() => write(store, 'never')),
    ).rejects.toMatchObject(held);
    other.exec('rollback');
    other.close();

    await write(store, 'in time');
    expect(await texts(store)).toEqual(['in time']);
  });
});

describe('a transaction', () => {
  it('tells its own failure where that has rolled it back already, as a full disk does', async () => {
    const store = await openNotes();
    const twice = store
      .db<Tables>()
      .transaction()
      .execute(async (transaction) => {
        for (const text of ['one', 'another'])
          await sql`insert or rollback into notes (id, text) values (1, ${text})`.execute(transaction);
      });

    await expect(twice).rejects.toMatchObject({ code: sqliteCode.constraint });

    await write(store, 'later');
    expect(await texts(store)).toEqual(['later']);
  });
});

describe('a batch', () => {
  const insert = (store: Store, id: number) =>
    store
      .db<Tables>()
      .insertInto('notes')
      .values({ id, text: `note ${id}` })
      .compile();

  it('is kept whole or not at all', async () => {
    const store = await openNotes();

    await expect(store.batch([insert(store, 1), insert(store, 2), insert(store, 1)])).rejects.toThrow(/UNIQUE/);
    expect(await texts(store)).toEqual([]);

    await store.batch([insert(store, 1), insert(store, 2)]);
    expect(await texts(store)).toEqual(['note 1', 'note 2']);
  });

  it('keeps out of a transaction that is open', async () => {
    const store = await openNotes();
    let batched: Promise<unknown> | undefined;

    const transaction = store
      .db<Tables>()
      .transaction()
      .execute(async (db) => {
        await db.insertInto('notes').values({ id: 1, text: 'taken back' }).execute();
        batched = store.batch([insert(store, 2)]);
        throw new Error('changed my mind');
      });

    await expect(transaction).rejects.toThrow('changed my mind');
    await batched;
    expect(await texts(store)).toEqual(['note 2']);
  });
});

describe('a change by another process', () => {
  it('is told, and one of our own is not', async () => {
    const [ours, theirs] = [await openNotes(), await openNotes()];
    let told = 0;
    const stop = ours.onForeignChange(() => told++);
    await write(ours, 'ours');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(told).toBe(0);

    await theirs.db<Tables>().updateTable('notes').set({ text: 'theirs' }).execute();

    await expect.poll(() => told).toBe(1);
    stop();
    await theirs.db<Tables>().deleteFrom('notes').execute();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(told).toBe(1);
  });

  it('made while a store is being opened does no harm', async () => {
    const stores = await Promise.all(Array.from({ length: 6 }, () => openNotes()));

    await write(stores[0]!, 'one for all');

    for (const store of stores) expect(await texts(store)).toEqual(['one for all']);
  });
});

describe('a file that cannot be used', () => {
  it.each([
    ['is no database', () => writeFileSync(file, 'x'.repeat(8192)), /cannot be used.*manifold restore/],
    ["is another program's", () => new DatabaseSync(file).exec('create table theirs (id)'), /another program/],
    ['cannot be opened', () => execFileSync('mkdir', [file]), /state directory/],
  ])('stops the start when it %s, naming the file and the fix', async (_, spoil, message) => {
    spoil();

    const failure = await openStore({ file }).catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: 'configuration_invalid' });
    expect((failure as Error).message).toMatch(message);
    expect((failure as Error).message).toContain(file);
  });
});

describe('a copy', () => {
  it('is whole, and never written over a file that is there', async () => {
    const store = await openNotes();
    await write(store, 'copied');
    const copy = join(directory, 'copy.db');

    await store.copyTo(copy);

    expect(await texts(await open({ file: copy }))).toEqual(['copied']);
    await expect(store.copyTo(copy)).rejects.toThrow(/exists/);
  });

  it('can be read by its owner only, from the beginning', async () => {
    const store = await openNotes();
    const copy = join(directory, 'copy.db');
    const before = process.umask(0);
    const copying = store.copyTo(copy);
    const mode = statSync(copy).mode & 0o777;
    await copying;
    process.umask(before);

    expect([mode, statSync(copy).mode & 0o777]).toEqual([0o600, 0o600]);
  });
});
