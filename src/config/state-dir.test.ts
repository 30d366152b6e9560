import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openStateDir } from './state-dir.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'manifold-dir-'));
  chmodSync(dir, 0o775);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true });
});

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

it('a state directory is closed to others, whoever made it', () => {
  openStateDir(dir, {});
  openStateDir(join(dir, 'new'), {});

  expect([modeOf(dir), modeOf(join(dir, 'new'))]).toEqual(['700', '700']);
});

it('one that belongs to another account, as a volume does, is used as it is', () => {
  const own = statSync(dir).uid;
  vi.spyOn(process, 'getuid').mockReturnValue(own + 1);

  expect(openStateDir(dir, {})).toBe(dir);

  expect(modeOf(dir)).toBe('775');
});

it('one that all accounts share is refused, and stays open to them', () => {
  chmodSync(dir, 0o1777);

  expect(() => openStateDir(dir, {})).toThrow(/all accounts share it.+--state-dir/);
  expect(modeOf(dir)).toBe('777');
});
