import { writeScriptedModel } from '../test/support/scripted-model.ts';
import { measureColdStart } from './gateway/cold-start.ts';
import { measureCpuCost } from './gateway/cpu-cost.ts';
import { type Latencies, measureLatencies } from './gateway/latency.ts';
import { measureOpenStreams } from './gateway/open-streams.ts';
import { launcher, startManifold } from './lib/manifold.ts';
import { readOptions } from './lib/options.ts';
import { median, quantile } from './lib/quantile.ts';
import { startReport } from './lib/report.ts';

/** What the HTTP process costs beside the engine, behind which a scripted model answers almost at once. */
const options = readOptions('bench/gateway.ts', {
  requests: { about: 'requests for the latency, each way', default: 2000 },
  'at-once': { about: 'of them at the same time', default: [1, 8] },
  'cpu-requests': { about: 'short requests for the processor time', default: 3000 },
  'cpu-long-requests': { about: 'requests of 1000 tokens for the processor time', default: 100 },
  streams: { about: 'streams open at the same time', default: 128 },
  starts: { about: 'cold starts', default: 10 },
  entry: { about: 'the program that is started', default: launcher },
});
const report = startReport('gateway', options);
const file = writeScriptedModel();
using _file = { [Symbol.dispose]: () => file.remove() };
const start = (slots: number, context: number) =>
  startManifold({ modelPath: file.path, threads: 1, slots, context }, { entry: options.entry });

const latencies: { atOnce: number; through: Latencies; direct: Latencies }[] = [];
const cpu = await withServer(8, 2048, async (manifold) => {
  for (const atOnce of options['at-once']) {
    latencies.push({
      atOnce,
      ...(await measureLatencies(manifold, { requests: options.requests, atOnce, blocks: 10 })),
    });
  }
  return measureCpuCost(manifold, {
    shortRequests: options['cpu-requests'],
    longRequests: options['cpu-long-requests'],
    atOnce: 8,
  });
});
const memory = await withServer(options.streams, 4096, (manifold) => measureOpenStreams(manifold, options.streams));
const coldStarts: number[] = [];
for (let count = 0; count < options.starts; count += 1)
  coldStarts.push(await measureColdStart(options.entry, file.path));

report.table(
  'Milliseconds, straight to the engine host and through the HTTP process',
  latencies.flatMap(({ atOnce, through, direct }) => [
    latencyRow(atOnce, 'first token', direct.firstToken, through.firstToken),
    latencyRow(atOnce, 'whole answer', direct.total, through.total),
  ]),
);
report.table('The HTTP process', [
  { what: 'processor time per request, µs', value: cpu.perRequest },
  { what: 'processor time per event, µs', value: cpu.perEvent },
  { what: 'memory per open stream, kB', value: memory.perStreamKb },
  { what: 'memory when idle, MB', value: memory.idleServerMb },
  { what: 'memory of the engine host when idle, MB', value: memory.idleHostMb },
  { what: 'cold start until live, ms (median)', value: median(coldStarts) },
]);
report.save({ latencies, cpu, memory, coldStarts });

async function withServer<T>(
  slots: number,
  context: number,
  measure: (manifold: Awaited<ReturnType<typeof start>>) => Promise<T>,
): Promise<T> {
  await using manifold = await start(slots, context);
  return await measure(manifold);
}

function latencyRow(atOnce: number, what: string, direct: readonly number[], through: readonly number[]) {
  const added = (q: number) => quantile(through, q) - quantile(direct, q);
  return {
    'at once': atOnce,
    what,
    'straight p50': median(direct),
    'through p50': median(through),
    'added p50': added(0.5),
    'straight p99': quantile(direct, 0.99),
    'through p99': quantile(through, 0.99),
    'added p99': added(0.99),
  };
}
