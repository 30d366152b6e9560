import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockStateDir, stateDirHolder } from './state-lock.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'manifold-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('the holder is named, and gone after the release', () => {
  const lock = lockStateDir(dir, 'http://a');
  lock.announce('http://b');
  expect(stateDirHolder(dir)).toMatchObject({ pid: process.pid, url: 'http://b' });
  expect(() => lockStateDir(dir, 'http://c')).toThrow(/http:\/\/b/);
  lock.release();
  expect(stateDirHolder(dir)).toBeUndefined();
});

test.each([
  ['a dead process', { pid: 2 ** 22 + 1 }],
  ['a reused pid', { pid: process.ppid, processStart: 1 }],
])('the lock of %s is taken over', (_, holder) => {
  writeFileSync(join(dir, 'lock'), JSON.stringify({ startedAt: 'x', url: 'http://old', ...holder }));
  const lock = lockStateDir(dir, 'http://new');
  expect(stateDirHolder(dir)).toMatchObject({ url: 'http://new' });
  lock.release();
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
