import { writeScriptedModel } from '../../test/support/scripted-model.ts';
import { startManifold, type Manifold } from '../lib/manifold.ts';
import { median, quantile } from '../lib/quantile.ts';
import type { Report } from '../lib/report.ts';
import { measureColdStart } from './beside-engine/cold-start.ts';
import { measureCpuCost } from './beside-engine/cpu-cost.ts';
import { type Latencies, measureLatencies } from './beside-engine/latency.ts';
import { measureOpenStreams } from './beside-engine/open-streams.ts';

interface Options {
  readonly entry: string;
  readonly requests: number;
  readonly 'at-once': readonly number[];
  readonly 'cpu-requests': number;
  readonly 'cpu-long-requests': number;
  readonly 'open-streams': number;
  readonly 'settle-seconds': number;
  readonly starts: number;
}

/** What the HTTP process costs beside its own engine. Prints its tables and returns the raw figures. */
export async function measureBesideEngine(report: Report, options: Options): Promise<object> {
  const file = writeScriptedModel();
  using _file = { [Symbol.dispose]: () => file.remove() };
  const withServer = async <T>(slots: number, context: number, measure: (manifold: Manifold) => Promise<T>) => {
    const shape = { modelPath: file.path, threads: 1, slots, context };
    await using manifold = await startManifold(shape, { entry: options.entry });
    return await measure(manifold);
  };

  const latencies: { atOnce: number; through: Latencies; direct: Latencies }[] = [];
  const cpu = await withServer(8, 2048, async (manifold) => {
    for (const atOnce of options['at-once']) {
      const measured = await measureLatencies(manifold, { requests: options.requests, atOnce, blocks: 10 });
      latencies.push({ atOnce, ...measured });
    }
    return measureCpuCost(manifold, {
      shortRequests: options['cpu-requests'],
      longRequests: options['cpu-long-requests'],
      atOnce: 8,
    });
  });
  const open = { streams: options['open-streams'], settleSeconds: options['settle-seconds'] };
  const memory = await withServer(open.streams, 32_768, (manifold) => measureOpenStreams(manifold, open));
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
  report.table('The HTTP process beside its own engine', [
    { what: 'processor time per request, µs', value: cpu.perRequest },
    { what: 'processor time per event, µs', value: cpu.perEvent },
    { what: 'memory per open stream, kB', value: memory.perStreamKb },
    { what: 'memory when idle, MB', value: memory.idleServerMb },
    { what: 'memory of the engine host when idle, MB', value: memory.idleHostMb },
    { what: 'cold start until live, ms (median)', value: median(coldStarts) },
  ]);
  return { latencies, cpu, memory, coldStarts };
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
