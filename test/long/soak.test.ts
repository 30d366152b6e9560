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
/**
 * What is bounded is the number of requests: none is asked after this time, once there were enough for quarters that say
 * something. Growth is judged as ever, so with fewer requests a leak has to be larger to be seen; how large is told.
 */
const enoughMs = 7 * 60_000;
const fewestRequests = 3000;
/**
 * Times that memory may be in the last quarter of the requests what it was in the third: by then code is compiled and the
 * heap has its size. A heap that may grow does so before anything is collected; this one may not.
 */
const mostGrowth = 1.1;
const smallHeap = { NODE_OPTIONS: '--max-old-space-size=96' };
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
      env: smallHeap,
    });
    const [engine = 0] = server.childPids(processOf[kind]);
    const wanted = longRounds() * requestsPerRound;
    const startedAt = performance.now();
    const samples: { readonly at: number; readonly server: number; readonly engine: number }[] = [];
    let done = 0;
    await concurrently(wanted, 8, async (index) => {
      if (done >= fewestRequests && performance.now() - startedAt > enoughMs) return;
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
    const grown = (of: 'server' | 'engine') => {
      const [third, last] = [
        samples.slice(samples.length / 2, -samples.length / 4),
        samples.slice(-samples.length / 4),
      ];
      return mean(last.map((sample) => sample[of])) / mean(third.map((sample) => sample[of]));
    };
    const steady = samples.slice(samples.length / 2);
    // The quarters are as far apart as one of them is long.
    const seenFrom = (of: 'server' | 'engine') => ((mostGrowth - 1) * (samples.at(-1)?.[of] ?? 0) * 1024) / (done / 4);
    const told = (of: 'server' | 'engine') =>
      `${samples.at(-1)?.[of].toFixed(0)} MB, a leak is seen from ${seenFrom(of).toFixed(1)} KB a request on, ${slope(steady.map((each) => [each.at, each[of]])).toFixed(2)} MB per 1,000`;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    console.log(
      `${kind}: ${done} of ${wanted} requests in ${seconds} s; server ${told('server')}; engine ${told('engine')}`,
    );

    await expect.poll(() => server.metric('manifold_requests_running')).toBe(0);
    expect(grown('engine')).toBeLessThan(mostGrowth);
    expect(grown('server')).toBeLessThan(mostGrowth);
  },
);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
