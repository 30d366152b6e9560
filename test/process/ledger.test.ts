import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runManifold } from '../support/run-manifold.ts';
import { type ClientReport, serveAndDie, serverBalance } from '../support/server-lives.ts';

let stateDir: string;
beforeAll(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'manifold-state-'));
});
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

it('a server that is killed has every token in its ledger that a client saw the end of', async () => {
  const report: ClientReport = { finished: new Map(), cut: new Set() };

  await serveAndDie(stateDir, { afterAnswers: 5, afterMs: 40 }, report);
  await serveAndDie(stateDir, { afterAnswers: 1, afterMs: 0 }, report);

  const { stderr } = await runManifold(['usage', '--state-dir', stateDir]);
  expect(stderr).toContain('did not stop in order');
  expect(await serverBalance(stateDir, report)).toEqual([]);
  expect(report.finished.size).toBeGreaterThan(5);
  expect(report.cut.size).toBeGreaterThan(0);
});
