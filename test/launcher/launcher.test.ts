import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { satisfies } from '../../bin/node-version.mjs';
import { launcher, runManifold } from '../support/run-manifold.ts';

const range = '^22.23.0 || ^24.17.0 || >=26.3.1';
let root: string;
let script: string;
let preload: string;

/** A checkout with the launcher and nothing else, and a preload that makes any Node look old. */
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'manifold-launcher-'));
  mkdirSync(join(root, 'bin'));
  mkdirSync(join(root, 'src'));
  for (const name of ['manifold.mjs', 'node-version.mjs'])
    copyFileSync(join(dirname(launcher), name), join(root, 'bin', name));
  writeFileSync(join(root, 'package.json'), JSON.stringify({ type: 'module', engines: { node: range } }));
  writeFileSync(join(root, 'src', 'main.ts'), '');
  script = join(root, 'bin', 'manifold.mjs');
  preload = join(root, 'old.cjs');
  writeFileSync(preload, "Object.defineProperty(process, 'version', { value: 'v20.20.2' });");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each([
  ['v24.21.0', true],
  ['v24.17.0', true],
  ['v24.16.9', false],
  ['v22.23.0', true],
  ['v22.22.9', false],
  ['v23.9.0', false],
  ['v25.1.0', false],
  ['v26.3.0', false],
  ['v26.3.1', true],
  ['v30.0.0', true],
  ['v20.20.2', false],
])('Node %s is accepted: %s', (version, isAccepted) => {
  expect(satisfies(version, range)).toBe(isAccepted);
});

test('a Node that is too old is named, with the fix', async () => {
  const { code, stderr } = await runManifold([], { script, nodeArgs: ['--require', preload] });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^manifold: Node .* is needed and this is v20\.20\.2\.\n {2}Fix: `npm ci`.*\n$/);
});

test('a `node` package installed with --ignore-scripts is recognised', async () => {
  mkdirSync(join(root, 'node_modules', 'node'), { recursive: true });
  writeFileSync(join(root, 'node_modules', 'node', 'package.json'), '{}');
  const { code, stderr } = await runManifold([], { script, nodeArgs: ['--require', preload] });
  expect(code).toBe(1);
  expect(stderr).toContain('--ignore-scripts');
  expect(stderr).toContain('npm rebuild node');
});

test('an old Node hands over to the packaged one', async () => {
  const { code, stdout } = await runManifold(['version', '--json'], { nodeArgs: ['--require', preload] });
  expect(code).toBe(0);
  expect(satisfies(JSON.parse(stdout).node, range)).toBe(true);
});

test('the tests run on a supported Node', () => {
  console.log(`Node ${process.version}`);
  expect(satisfies(process.version, range)).toBe(true);
});
