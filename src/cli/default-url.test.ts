import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockStateDir, type StateLock } from '../config/state-lock.ts';
import { defaultUrl } from './default-url.ts';

let dir: string;
let lock: StateLock;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'manifold-url-'));
  lock = lockStateDir(dir, 'http://use');
});
afterEach(() => {
  lock.release();
  rmSync(dir, { recursive: true, force: true });
});

const at = (env: NodeJS.ProcessEnv) => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  return { stdin, stdout, stderr, env: { HOME: '/nonexistent', ...env }, cwd: '/nonexistent' };
};

test('a server is looked for where it is used, and where it is managed', () => {
  lock.announce('http://use', 'http://manage');
  const terminal = at({ MANIFOLD_STATE_DIR: dir });

  expect(defaultUrl(terminal)).toBe('http://use');
  expect(defaultUrl(terminal, {}, 'admin')).toBe('http://manage');
  lock.announce('http://use');
  expect(defaultUrl(terminal, {}, 'admin')).toBe('http://use');
});

test('flags say which server is meant before the environment does, and then no other is asked', () => {
  const terminal = at({ MANIFOLD_URL: 'http://environment' });

  expect(defaultUrl(terminal, {}, 'admin')).toBe('http://environment');
  expect(defaultUrl(terminal, { stateDir: dir }, 'admin')).toBe('http://use');
  expect(() => defaultUrl(terminal, { stateDir: join(dir, 'none') }, 'admin')).toThrow(/^No server runs on .+none\.$/);
});

test('where no server is known it may be on the usual port', () => {
  expect(defaultUrl(at({}))).toBe('http://127.0.0.1:8000');
});
