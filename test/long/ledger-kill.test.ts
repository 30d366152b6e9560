import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { balance, liveAndDie } from '../support/ledger-lives.ts';

const rounds = Number(process.env['MANIFOLD_LONG_ROUNDS'] ?? 200);

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'manifold-kill-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it(
  `a ledger whose process is killed ${rounds} times says what clients and the engine say`,
  { timeout: 60_000 + rounds * 5_000 },
  async () => {
    const found: string[] = [];
    for (let life = 0; life < rounds; life++) {
      const ms = Math.random() * 500;
      await liveAndDie(directory, life, life % 4 === 0 ? { afterStart: ms } : { afterReady: ms });
      if (life % 20 === 19) found.push(...(await balance(directory)).problems);
    }

    const { done, died, problems } = await balance(directory);

    expect([...found, ...problems]).toEqual([]);
    expect(done).toBeGreaterThan(rounds * 10);
    expect(died).toBeGreaterThan(rounds / 10);
  },
);
