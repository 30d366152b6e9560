import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { balance, ledgerProgram } from '../support/ledger-lives.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'manifold-full-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The kernel refuses to let a file grow beyond a limit: a full disk that a test may make, and end. */
it('a disk that takes no more is told, requests are refused, and everything is there once it takes more', async () => {
  const child = spawn(process.execPath, [ledgerProgram, directory, '1', '-'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const closed = once(child, 'close');
  const untilSaid = (pattern: RegExp) => expect.poll(() => pattern.test(said)).toBe(true);
  const limitTo = (bytes: string) => execFileSync('prlimit', ['--pid', String(child.pid), `--fsize=${bytes}:`]);
  try {
    await untilSaid(/ready/);
    limitTo('4096');
    await untilSaid(/"error".*held in memory/);
    await untilSaid(/refused .*cannot keep/);
    limitTo('unlimited');
    await untilSaid(/written again[^]*done/);
  } finally {
    child.kill('SIGKILL');
    await closed;
  }
  writeFileSync(join(directory, 'reports.1'), said);

  const { done, problems } = await balance(directory);

  expect(problems).toEqual([]);
  expect(done).toBeGreaterThan(0);
});
