import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { balance, liveAndDie } from '../support/ledger-lives.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'manifold-kill-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('a ledger whose process is killed again and again says what clients and the engine say', async () => {
  // While it starts, while it takes over what the one before has left, and at work.
  const deaths = [{ afterReady: 300 }, { afterStart: 300 }, { afterReady: 50 }, { afterReady: 0 }, { afterDone: 51 }];
  for (const [life, death] of deaths.entries()) await liveAndDie(directory, life, death);

  const { done, died, problems } = await balance(directory);

  expect(problems).toEqual([]);
  expect(done).toBeGreaterThan(50);
  expect(died).toBeGreaterThan(0);
});
