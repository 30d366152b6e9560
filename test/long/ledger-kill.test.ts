import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { balance, liveAndDie } from '../support/ledger-lives.ts';
import { type ClientReport, serveAndDie, serverBalance } from '../support/server-lives.ts';

const rounds = Number(process.env['MANIFOLD_LONG_ROUNDS'] ?? 200);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'manifold-kill-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

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

    const { done, died, seen, problems } = await balance(directory);

    expect([...found, ...problems]).toEqual([]);
    expect(done).toBeGreaterThan(rounds * 10);
    expect(died).toBeGreaterThan(rounds / 10);
    expect(seen).toBeGreaterThan(rounds / 50);
  },
);

/** Each takes a second or two to start. */
const serverRounds = Math.ceil(rounds / 5);

it(
  `a server that is killed ${serverRounds} times has every token in its ledger that a client saw the end of`,
  { timeout: 60_000 + serverRounds * 30_000 },
  async () => {
    const report: ClientReport = { finished: new Map(), cut: new Set() };
    for (let life = 0; life < serverRounds; life++) {
      await serveAndDie(directory, { afterAnswers: life % 20, afterMs: Math.random() * 100 }, report);
    }

    expect(await serverBalance(directory, report)).toEqual([]);
    expect(report.finished.size).toBeGreaterThan(serverRounds);
    expect(report.cut.size).toBeGreaterThan(serverRounds / 2);
  },
);
