import { afterAll, expect, it } from 'vitest';
import { concurrently } from '../../bench/lib/concurrently.ts';
import { residentMegabytes } from '../../bench/lib/process-usage.ts';
import { slope } from '../../bench/lib/slope.ts';
import { llamaServerProgram } from '../support/llama-server.ts';
import { longRounds } from '../support/long-rounds.ts';
import { writeScriptedModel } from '../support/scripted-model.ts';
import { startServerProcess } from '../support/server-process.ts';

const file = writeScriptedModel(4096);
afterAll(() => file.remove());

const requestsPerRound = 500;
const samplesEvery = 50;
/** Megabytes a thousand requests: what a leak of a few kilobytes each would pass. */
const mostGrowth = 3;
const processOf = { 'engine-host': 'engine-host/main', 'llama-server': 'llama.sock' } as const;

it.each(['engine-host', 'llama-server'] as const)(
  'memory does not grow with the requests that a %s answered, or lost in the middle',
  async (kind) => {
    await using server = await startServerProcess({
      config: {
        llamaServer: llamaServerProgram(),
        models: [{ id: 'm', path: file.path, kind, threads: 1, slots: 4, context: 1024 }],
        logLevel: 'error',
      },
    });
    const [engine = 0] = server.childPids(processOf[kind]);
    const requests = longRounds() * requestsPerRound;
    const samples: { readonly at: number; readonly server: number; readonly engine: number }[] = [];
    let done = 0;
    await concurrently(requests, 8, async (index) => {
      const isLeaving = index % 10 === 9;
      const signal = AbortSignal.timeout(isLeaving ? 1 + (index % 23) : 30_000);
      const ask = server.chat(
        isLeaving ? 'forever' : 'count',
        { model: 'm', stream: true, max_tokens: 500 },
        { signal },
      );
      const text = await ask.then((response) => response.text()).catch(() => '');
      if (!isLeaving && !text.includes('[DONE]')) throw new Error(`An answer is not whole: ${text}`);
      if (++done % samplesEvery === 0)
        samples.push({ at: done / 1000, server: residentMegabytes(server.pid), engine: residentMegabytes(engine) });
    });
    // A process grows for its first thousands of requests, while code is compiled and the heap finds its size.
    const steady = samples.filter(({ at }) => at >= requests / 2000);
    const growth = {
      server: slope(steady.map((sample) => [sample.at, sample.server])),
      engine: slope(steady.map((sample) => [sample.at, sample.engine])),
    };
    const last = samples.at(-1);
    console.log(
      `${kind}: ${requests} requests; server ${last?.server.toFixed(0)} MB, ${growth.server.toFixed(2)} MB per 1,000; ` +
        `engine ${last?.engine.toFixed(0)} MB, ${growth.engine.toFixed(2)} MB per 1,000`,
    );

    await expect.poll(() => server.metric('manifold_requests_running')).toBe(0);
    expect(growth.engine).toBeLessThan(mostGrowth);
    // A heap breathes: short runs say nothing about it.
    expect(requests < 10_000 ? 0 : growth.server).toBeLessThan(mostGrowth);
  },
);
