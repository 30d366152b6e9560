import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive } from '../lib/process-start.ts';
import { lockStateDir, stateDirHolder } from './state-lock.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'manifold-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('the holder is named, and gone after the release', () => {
  const lock = lockStateDir(dir, 'http://a');
  lock.announce('http://b');
  const holder = stateDirHolder(dir);
  expect(holder).toMatchObject({ pid: process.pid, url: 'http://b' });
  expect(holder && isAlive(holder)).toBe(true);
  expect(() => lockStateDir(dir, 'http://c')).toThrow(/http:\/\/b/);
  lock.release();
  expect(stateDirHolder(dir)).toBeUndefined();
});

test.each([
  ['a dead process', { pid: 2 ** 22 + 1 }],
  ['a reused pid', { pid: process.ppid, processStart: 1 }],
  ['a reused pid that nothing tells from its first process', { pid: process.ppid }],
])('the lock of %s is taken over', (_, holder) => {
  writeFileSync(join(dir, 'lock'), JSON.stringify({ startedAt: 'x', url: 'http://old', ...holder }));
  const lock = lockStateDir(dir, 'http://new');
  expect(stateDirHolder(dir)).toMatchObject({ url: 'http://new' });
  lock.release();
});

test('a holder whose number means nothing here is one all the same, until it is killed', async () => {
  const module = new URL('state-lock.ts', import.meta.url).href;
  const holding = `import(${JSON.stringify(module)}).then(({ lockStateDir }) => {
    lockStateDir(${JSON.stringify(dir)}, 'http://other');
    process.stdout.write('held');
    setInterval(() => undefined, 1000);
  });`;
  const child = spawn(process.execPath, ['-e', holding], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  // As in another container, where a process has the number that this one has here.
  const seen = { pid: process.pid, processStart: 1, startedAt: 'x', url: 'http://other' };
  writeFileSync(join(dir, 'lock'), JSON.stringify(seen));

  expect(stateDirHolder(dir)).toEqual(seen);
  expect(isAlive(seen)).toBe(false);
  expect(statSync(join(dir, 'lock.held')).mode & 0o777).toBe(0o600);
  expect(() => lockStateDir(dir, 'http://new')).toThrow(/Another manifold \(pid \d+, http:\/\/other/);
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(stateDirHolder(dir)).toBeUndefined();
  lockStateDir(dir, 'http://new').release();
});

test('a damaged lock is taken over', () => {
  writeFileSync(join(dir, 'lock'), '{');
  const lock = lockStateDir(dir, 'http://new');
  expect(stateDirHolder(dir)).toMatchObject({ url: 'http://new' });
  lock.release();
});

test('a directory that cannot be written is refused by a sentence, and keeps no draft', () => {
  const gone = join(dir, 'gone');
  expect(() => lockStateDir(gone, 'http://a')).toThrow(
    expect.objectContaining({ code: 'configuration_invalid', message: expect.stringContaining(gone) as string }),
  );
});
