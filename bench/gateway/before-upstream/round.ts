import { quantile } from '../../lib/quantile.ts';
import { slope } from '../../lib/slope.ts';
import type { Figures } from './figures.ts';
import { measureOneConnection, type OneConnection } from './one-connection.ts';
import { measureSteadyStreams, type SteadyStreams } from './steady-streams.ts';
import type { Target } from './target.ts';
import { measureThroughput, type Throughput } from './throughput.ts';

export interface Plan {
  readonly requests: number;
  readonly connections: number;
  readonly seconds: number;
  readonly streams: readonly number[];
}

/** What one round saw, beside the figures that went into the table. */
export interface Round {
  readonly streams: Readonly<Record<string, readonly SteadyStreams[]>>;
  readonly throughput: Readonly<Record<string, { readonly plain: Throughput; readonly streamed: Throughput }>>;
}

/** The first requests of a program pay for compiling it. */
export async function warmUp(targets: readonly Target[], upstream: Target, plan: Plan): Promise<void> {
  for (const target of targets) {
    await measureThroughput(target, upstream, { ...plan, isStream: false });
    await measureThroughput(target, upstream, { ...plan, isStream: true });
  }
}

/** Everything once for every target, one at a time, in the order given. */
export async function measureRound(
  targets: readonly Target[],
  upstream: Target,
  plan: Plan,
  figures: Figures,
): Promise<Round> {
  const streams = await growStreams(targets, upstream, plan);
  noteStreams(streams, figures);

  const alone = new Map<string, OneConnection>();
  for (const target of targets) alone.set(target.name, await measureOneConnection(target, plan.requests));
  noteLatencies(alone, upstream.name, figures);

  const throughput: Record<string, { plain: Throughput; streamed: Throughput }> = {};
  for (const target of targets) {
    const { name } = target;
    const plain = await measureThroughput(target, upstream, { ...plan, isStream: false });
    const streamed = await measureThroughput(target, upstream, { ...plan, isStream: true });
    throughput[name] = { plain, streamed };
    figures.add('requests/s, plain', name, plain.perSecond);
    figures.add('requests/s, streamed', name, streamed.perSecond);
    figures.add('CPU per plain request, µs', name, plain.cpuPerRequest);
    figures.add('CPU per streamed request, µs', name, streamed.cpuPerRequest);
  }
  return { streams, throughput };
}

/** More and more streams; a target whose streams stalled is not given more of them. */
async function growStreams(targets: readonly Target[], upstream: Target, { streams: counts, seconds }: Plan) {
  const seen: Record<string, SteadyStreams[]> = Object.fromEntries(targets.map(({ name }) => [name, []]));
  for (const streams of counts) {
    for (const target of targets) {
      const before = seen[target.name] ?? [];
      if (before.some(({ isSteady }) => !isSteady)) continue;
      before.push(await measureSteadyStreams(target, upstream, { streams, openSeconds: seconds / 5, seconds }));
    }
  }
  return seen;
}

function noteStreams(seen: Readonly<Record<string, readonly SteadyStreams[]>>, figures: Figures): void {
  const steadyCounts = Object.values(seen).map((steps) => mostSteady(steps));
  // The cost of an event falls with their number, so it is compared where all kept up.
  const common = Math.min(...steadyCounts);
  for (const [name, steps] of Object.entries(seen)) {
    figures.add('streams without a stall', name, mostSteady(steps));
    const compared = steps.find(({ streams }) => streams === common) ?? steps[0];
    if (compared) figures.add('CPU per event, µs', name, compared.cpuPerEvent);
    const points = steps
      .filter(({ isSteady }) => isSteady)
      .map(({ streams, memoryMb }) => [streams, memoryMb] as const);
    if (points.length > 1) figures.add('memory per open stream, kB', name, slope(points) * 1000);
  }
}

function mostSteady(steps: readonly SteadyStreams[]): number {
  return Math.max(0, ...steps.filter(({ isSteady }) => isSteady).map(({ streams }) => streams));
}

function noteLatencies(alone: ReadonlyMap<string, OneConnection>, upstream: string, figures: Figures): void {
  const straight = alone.get(upstream);
  if (straight === undefined) return;
  for (const [name, { plain, firstToken }] of alone) {
    if (name === upstream) continue;
    const added = (through: readonly number[], direct: readonly number[], q: number) =>
      quantile(through, q) - quantile(direct, q);
    figures.add('added p50, ms', name, added(plain, straight.plain, 0.5));
    figures.add('added p99, ms', name, added(plain, straight.plain, 0.99));
    figures.add('added first token p50, ms', name, added(firstToken, straight.firstToken, 0.5));
    figures.add('added first token p99, ms', name, added(firstToken, straight.firstToken, 0.99));
  }
}
