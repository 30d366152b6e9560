import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { launcher } from '../support/run-manifold.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** The real launcher with an output of the test's choice. */
function start(args: readonly string[], output: 'pipe' | number) {
  const stateDir = mkdtempSync(join(tmpdir(), 'manifold-output-'));
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', MANIFOLD_STATE_DIR: stateDir },
    cwd: stateDir,
    stdio: ['ignore', output, 'pipe'],
  });
  ends.push(() => {
    child.kill('SIGKILL');
    rmSync(stateDir, { recursive: true, force: true });
  });
  return child;
}

async function endOf(child: ReturnType<typeof start>): Promise<string> {
  const told = child.stderr ? text(child.stderr) : '';
  await new Promise((resolve) => child.on('close', resolve));
  return told;
}

/** A file on a disk that is full. */
function fullDisk(): number {
  const full = openSync('/dev/full', 'w');
  ends.push(() => closeSync(full));
  return full;
}

const serve = ['serve', '--port', '0', '--no-auth'];

async function urlOf({ stderr }: ReturnType<typeof start>): Promise<{ url: string; told: () => string }> {
  let told = '';
  stderr?.setEncoding('utf8').on('data', (piece: string) => (told += piece));
  await expect.poll(() => told, { timeout: 60_000 }).toContain('Try it:');
  return { url: /Listening on (\S+);/.exec(told)?.[1] ?? '', told: () => told };
}

test('a server whose log has no room goes on, and says once that it is not whole', async () => {
  const child = start(serve, fullDisk());
  const { url, told } = await urlOf(child);

  for (let round = 0; round < 3; round++) expect((await fetch(`${url}/v1/models`)).status).toBe(200);

  child.kill('SIGTERM');
  await endOf(child);
  expect(told().match(/Not all of the output can be written: .*ENOSPC/g)).toHaveLength(1);
  // It was stopped in order: whoever watches it has nothing to start again.
  expect(child.exitCode).toBe(0);
});

test('a server whose log nobody reads any more goes on', async () => {
  const child = start(serve, 'pipe');
  const { url } = await urlOf(child);
  child.stdout?.destroy();

  for (let round = 0; round < 3; round++) expect((await fetch(`${url}/v1/models`)).status).toBe(200);
});

test('a command whose words have no room fails with one line', async () => {
  const child = start(['config'], fullDisk());

  expect(await endOf(child)).toMatch(/^manifold: Not all of the output can be written: ENOSPC.*\n$/);
  expect(child.exitCode).toBe(1);
});

test('a command whose reader leaves says nothing of it', async () => {
  const child = start(['doctor'], 'pipe');
  child.stdout?.destroy();

  expect(await endOf(child)).toBe('');
});
