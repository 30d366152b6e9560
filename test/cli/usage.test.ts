import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockStateDir } from '../../src/config/state-lock.ts';
import { runManifold } from '../support/run-manifold.ts';
import { allTime, openTestLedger, usageRecord } from '../support/usage.ts';

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'manifold-cli-'));
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

const manifold = (...args: string[]) => runManifold([...args, '--state-dir', stateDir]);
const use = async (...ids: string[]) => {
  const { ledger, store } = await openTestLedger(stateDir);
  for (const id of ids) void ledger.append(usageRecord({ id }));
  await ledger.close();
  await store.close();
};
const requests = async () => {
  const { stdout } = await manifold('usage', '--from', '2026-01-01', '--json');
  return (JSON.parse(stdout) as { total: { requests: number } }).total.requests;
};

describe('manifold usage', () => {
  it('tells it as a table, as JSON and as CSV', async () => {
    await use('req_1', 'req_2');
    const query = ['usage', '--by', 'team,day', '--from', '2026-01-01', '--to', '2026-02-01'];

    const table = await manifold(...query);
    const json = await manifold(...query, '--json');
    const csv = await manifold(...query, '--csv');

    expect(table.stdout.split('\n').map((line) => line.split(/ {2,}/))).toMatchObject([
      ['2026-01-01T00:00:00.000Z – 2026-02-01T00:00:00.000Z'],
      ['team', 'day', 'requests', 'errors', 'prompt', 'cached', 'completion', 'reasoning', 'cost'],
      ['blue', '2026-01-15', '2', '0', '20', '8', '10', '4', '$0.000003'],
      ['total', '2', '0', '20', '8', '10', '4', '$0.000003'],
      [''],
    ]);
    expect(JSON.parse(json.stdout)).toMatchObject({ data: [{ team: 'blue', requests: 2 }], total: { requests: 2 } });
    expect(csv.stdout).toContain('\r\nblue,2026-01-15T00:00:00.000Z,2,0,');
  });

  it('says what is wrong with a question', async () => {
    const { code, stderr } = await manifold('usage', '--by', 'user');

    expect(code).not.toBe(0);
    expect(stderr).toMatch(/"user" is none of key, team, model/);
  });

  it.each([['usage'], ['usage', '--json'], ['backup', 'copy.db']])(
    'says where nothing is kept (%s %s)',
    async (...args) => {
      const missing = join(stateDir, 'elsewhere');
      const { code, stdout, stderr } = await runManifold([...args, '--state-dir', missing]);

      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`Nothing is kept in ${missing}`);
      expect(existsSync(missing)).toBe(false);
    },
  );
});

describe('a backup', () => {
  it('restored takes the place of what is there, which is kept beside it', async () => {
    await use('req_1', 'req_2');
    const file = join(stateDir, 'backup.db');
    expect((await manifold('backup', file)).code).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await use('req_3');

    const { code, stderr } = await manifold('restore', file);

    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('before-restore') as string });
    expect(await requests()).toBe(2);
    const kept = readdirSync(stateDir).find((name) => name.includes('before-restore')) ?? '';
    await manifold('restore', join(stateDir, kept));
    expect(await requests()).toBe(3);
  });

  it('is never written over a file', async () => {
    await use('req_1');
    const file = join(stateDir, 'notes.txt');
    writeFileSync(file, 'mine');

    const { code, stderr } = await manifold('backup', file);

    expect(code).not.toBe(0);
    expect(stderr).toContain('choose another name');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(readdirSync(stateDir).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('that cannot be written is one line that says why', async () => {
    await use('req_1');

    const { code, stderr } = await manifold('backup', join(stateDir, 'none', 'backup.db'));

    expect(code).toBe(1);
    expect(stderr).toMatch(/^manifold: The file .+backup\.db cannot be written: .*no such file or directory.*\n$/);
  });

  it('is not restored while a server runs, nor when it is not whole', async () => {
    await use('req_1');
    const file = join(stateDir, 'backup.db');
    await manifold('backup', file);

    const lock = lockStateDir(stateDir, 'http://127.0.0.1:1');
    const held = await manifold('restore', file);
    lock.release();
    expect(held.code).not.toBe(0);
    expect(held.stderr).toMatch(/Another manifold \(pid/);

    truncateSync(file, statSync(file).size / 2);
    const torn = await manifold('restore', file);
    expect(torn.code).not.toBe(0);
    expect(torn.stderr).toMatch(/no whole copy/);
    expect(await requests()).toBe(1);
  });

  it('is taken as it is where a database was moved away and its log is left', async () => {
    const file = join(stateDir, 'backup.db');
    const database = join(stateDir, 'manifold.db');
    const { ledger, store } = await openTestLedger(stateDir);
    void ledger.append(usageRecord({ id: 'req_1' }));
    await ledger.usage(allTime);
    await store.copyTo(file);
    void ledger.append(usageRecord({ id: 'req_2' }));
    await ledger.usage(allTime);
    // As a server leaves it that is killed.
    copyFileSync(`${database}-wal`, join(stateDir, 'log'));
    await ledger.close();
    await store.close();
    rmSync(database);
    renameSync(join(stateDir, 'log'), `${database}-wal`);

    expect((await manifold('restore', file)).code).toBe(0);
    const restored = new DatabaseSync(database);
    expect(restored.prepare('select id from usage_records').all()).toEqual([{ id: 'req_1' }]);
    restored.close();
  });

  it('takes the place of a database that cannot be opened any more', async () => {
    await use('req_1');
    const file = join(stateDir, 'backup.db');
    await manifold('backup', file);
    writeFileSync(join(stateDir, 'manifold.db'), 'spoilt');
    expect((await manifold('usage')).stderr).toMatch(/manifold restore/);

    expect((await manifold('restore', file)).code).toBe(0);
    expect(await requests()).toBe(1);
  });
});
