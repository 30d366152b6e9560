import { quantile } from '../../lib/quantile.ts';
import type { Report } from '../../lib/report.ts';
import { measures, type Figures, type Measure } from './figures.ts';
import type { Round } from './round.ts';

/** Of one core; above it an end of the measurement is what limits the figure. */
const busy = 0.9;

/** Prints what was found: the figures, the streams in detail, and what is aimed at. */
export function reportComparison(report: Report, figures: Figures, rounds: readonly Round[]): void {
  const targets = figures.targets();
  const names = [...targets.filter((name) => name === 'upstream'), ...targets.filter((name) => name !== 'upstream')];
  report.table(
    'Before the same upstream: median (least – most)',
    measures.map((measure) => ({
      what: measure,
      ...Object.fromEntries(names.map((name) => [name, withSpread(figures.of(measure, name))])),
    })),
  );
  report.table(
    'Streams of 50 tokens a second, the worst of all rounds',
    names.flatMap((name) => streamRows(name, rounds)),
  );
  const aims = [
    { what: 'added p99, ms', beside: 'upstream', is: figures.median('added p99, ms', 'manifold'), aim: 'below 1' },
    ratio(figures, 'requests/s, plain', 'portkey', 'at least 5'),
    ratio(figures, 'requests/s, streamed', 'portkey', 'at least 5'),
    ratio(figures, 'streams without a stall', 'portkey', 'at least 5'),
    ratio(figures, 'CPU per plain request, µs', 'nginx', 'at most 4'),
    ratio(figures, 'CPU per streamed request, µs', 'nginx', 'at most 4'),
    ratio(figures, 'CPU per event, µs', 'nginx', 'at most 4'),
  ].filter(({ beside }) => targets.includes(beside));
  report.table('What is aimed at for Manifold; beside gateways, ratios of medians', aims);
  for (const line of withRoomLeft(figures, rounds)) report.note(line);
  for (const line of limitedByTheEnds(rounds)) report.note(line);
}

function withSpread(values: readonly number[]): string {
  if (values.length === 0) return '–';
  const show = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? show(most) : `${show(quantile(values, 0.5))} (${show(least)} – ${show(most)})`;
}

function streamRows(name: string, rounds: readonly Round[]) {
  const steps = rounds.flatMap(({ streams }) => streams[name] ?? []);
  const counts = [...new Set(steps.map(({ streams }) => streams))].toSorted((a, b) => a - b);
  return counts.map((streams) => {
    const seen = steps.filter((step) => step.streams === streams);
    const most = (read: (step: (typeof seen)[number]) => number) => Math.max(...seen.map(read));
    return {
      through: name,
      streams,
      stalled: most(({ stalled }) => stalled),
      'longest gap, ms': most(({ longestGapMs }) => longestGapMs),
      'events that came, %': 100 * Math.min(...seen.map(({ share }) => share)),
      'CPU per event, µs': most(({ cpuPerEvent }) => cpuPerEvent),
      'memory, MB': most(({ memoryMb }) => memoryMb),
      'upstream late, ms': most(({ upstreamLateMs }) => upstreamLateMs),
      'client late, ms': most(({ clientLateMs }) => clientLateMs),
    };
  });
}

function ratio(figures: Figures, what: Measure, beside: string, wanted: string) {
  const [own, other] = [figures.median(what, 'manifold'), figures.median(what, beside)];
  // Nothing can be said of a ratio to nothing.
  return { what, beside, is: other > 0 ? own / other : '–', aim: wanted };
}

/** A target that held the most streams of all may hold more. */
function withRoomLeft(figures: Figures, rounds: readonly Round[]): string[] {
  const most = Math.max(
    ...rounds.flatMap(({ streams }) => Object.values(streams).flat()).map(({ streams }) => streams),
  );
  return figures
    .targets()
    .filter((name) => figures.median('streams without a stall', name) === most)
    .map((name) => `${name} held ${most} streams and may hold more; --streams sets the counts.`);
}

function limitedByTheEnds(rounds: readonly Round[]): string[] {
  const names = Object.keys(rounds[0]?.throughput ?? {}).filter((name) => name !== 'upstream');
  return names.flatMap((name) => {
    const loads = rounds.flatMap(({ throughput }) => Object.values(throughput[name] ?? {}));
    const most = (end: 'upstreamBusy' | 'clientBusy') => Math.max(...loads.map((load) => load[end]));
    const [upstream, client] = [most('upstreamBusy'), most('clientBusy')];
    if (Math.max(upstream, client) < busy) return [];
    const shares = `${(upstream * 100).toFixed(0)} % and ${(client * 100).toFixed(0)} % of a core`;
    return [`${name} could do more requests/s: upstream and client were busy with ${shares}.`];
  });
}
