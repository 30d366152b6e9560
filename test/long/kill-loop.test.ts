import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { llamaServerProgram } from '../support/llama-server.ts';
import { longRounds } from '../support/long-rounds.ts';
import { writeScriptedModel } from '../support/scripted-model.ts';
import { isAlive, startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { startLoad, type LoadCounts } from '../support/steady-load.ts';

const file = writeScriptedModel(4096);
afterAll(() => file.remove());

/** One more within a few minutes and the model is given up, as it has to be. */
const deathsOfOne = 4;
const answersBetween = 10;
const processOf = { 'engine-host': 'engine-host/main', 'llama-server': 'llama.sock' } as const;

it.each(['engine-host', 'llama-server'] as const)(
  'a %s killed at random under load: no hang, no wrong answer, nothing left behind',
  async (kind) => {
    const total: LoadCounts = { whole: 0, failed: 0, wrong: [] };
    for (let left = longRounds(); left > 0; left -= deathsOfOne) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const counts = await killing(kind, Math.min(left, deathsOfOne));
      total.whole += counts.whole;
      total.failed += counts.failed;
      total.wrong.push(...counts.wrong);
    }
    console.log(`${kind}: ${longRounds()} deaths, ${total.whole} whole answers, ${total.failed} failed in words`);

    expect(total.wrong).toEqual([]);
    expect(total.whole).toBeGreaterThan(answersBetween * longRounds());
    // Some were in the middle of their answers.
    expect(total.failed).toBeGreaterThan(0);
  },
);

async function killing(kind: keyof typeof processOf, deaths: number): Promise<LoadCounts> {
  await using server = await startServerProcess({
    config: {
      llamaServer: llamaServerProgram(),
      models: [{ id: 'm', path: file.path, kind, threads: 1, slots: 4, context: 1024 }],
    },
  });
  const load = startLoad(server, { model: 'm', atOnce: 8 });
  const killed: number[] = [];
  for (let death = 0; death < deaths; death++) {
    const { whole } = load.counts;
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await expect.poll(() => load.counts.whole, { timeout: 60_000 }).toBeGreaterThan(whole + answersBetween);
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await sleep(Math.random() * 300);
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    killed.push(await killOne(server, processOf[kind], killed));
  }
  const { whole } = load.counts;
  await expect.poll(() => load.counts.whole, { timeout: 60_000 }).toBeGreaterThan(whole);
  const counts = await load.stop();
  const running = await server.metric('manifold_requests_running');
  const waiting = await server.metric('manifold_requests_waiting');
  const [last = 0] = server.childPids(processOf[kind]);
  // Sometimes the server goes the same way.
  await server.stop(Math.random() < 0.5 ? 'SIGKILL' : 'SIGTERM');

  expect([running, waiting]).toEqual([0, 0]);
  await expect.poll(() => [...killed, last].filter(isAlive), { timeout: 10_000 }).toEqual([]);
  return counts;
}

/** Kills the process that answers now, which is another one than those before. */
async function killOne(server: ServerProcess, pattern: string, before: readonly number[]): Promise<number> {
  const current = () => server.childPids(pattern).find((pid) => !before.includes(pid));
  await expect.poll(current, { timeout: 30_000 }).toBeDefined();
  const pid = current() ?? 0;
  process.kill(pid, 'SIGKILL');
  return pid;
}
