import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { config } from '../../config/config.ts';
import { openStateDir } from '../../config/state-dir.ts';
import { checkState } from './state.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'manifold-doctor-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const check = (stateDir: string) => checkState({ config: config.parse({ stateDir }), env: {} })[0];

it.each<[string, (path: string) => void, string]>([
  ['a link to nothing', (path) => symlinkSync(join(dir, 'unmounted'), path), ''],
  ['a link to nothing, written with a slash', (path) => symlinkSync(join(dir, 'unmounted'), path), '/'],
  ['below a link to nothing', (path) => symlinkSync(join(dir, 'unmounted'), path), 'manifold'],
  ['a program', (path) => writeFileSync(path, '', { mode: 0o755 }), ''],
  ['below a program', (path) => writeFileSync(path, '', { mode: 0o755 }), 'manifold'],
])('a state directory that is %s fails the check, as it fails the start', (_, make, below) => {
  make(join(dir, 'place'));
  const path = join(dir, 'place', below);

  expect(check(path)).toMatchObject({ status: 'fail', found: expect.stringContaining(join(dir, 'place')) as string });
  expect(() => openStateDir(path, {})).toThrow('cannot be made or used');
});

it('one that all accounts share fails the check, one made below it does not', () => {
  chmodSync(dir, 0o1777);

  expect(check(dir)).toMatchObject({ status: 'fail', found: `${dir} is shared by all accounts` });
  expect(check(join(dir, 'a', 'b'))).toMatchObject({
    status: 'ok',
    found: `${join(dir, 'a', 'b')} will be made, free`,
  });
});
