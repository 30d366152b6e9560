import { median } from '../lib/quantile.ts';
import type { Figures } from './measure.ts';

const metrics = {
  prefillTokensPerSecond: 'Prefill, tokens per second',
  decodeTokensPerSecond: 'Decode, tokens per second of one stream',
  timeToFirstTokenMs: 'Time to first token, ms (less is better)',
  aggregateTokensPerSecond: 'Aggregate, tokens per second of all streams, prompts included',
} as const;

interface Comparison {
  readonly title: string;
  readonly rows: readonly Readonly<Record<string, string | number>>[];
}

/** One table per metric, one row per threads and streams, the engines side by side and the ratios of the repetitions. */
export function compareEngines(figures: readonly Figures[]): readonly Comparison[] {
  return Object.entries(metrics).map(([metric, title]) => {
    const key = metric as keyof typeof metrics;
    const measured = figures.filter((figure) => figure[key] !== undefined);
    const groups = Map.groupBy(measured, ({ threads, streams }) => `${threads} ${streams}`);
    const rows = [...groups.values()].map((group) => {
      // In the order of the repetitions: of each, both were measured one right after the other.
      const valuesOf = (engine: Figures['engine']) =>
        group.filter((figure) => figure.engine === engine).flatMap((figure) => figure[key] ?? []);
      const [ours, theirs] = [valuesOf('manifold'), valuesOf('llama-server')];
      return {
        threads: group[0]?.threads ?? 0,
        streams: group[0]?.streams ?? 0,
        manifold: spread(ours),
        'llama-server': spread(theirs),
        ratio: ours.length === theirs.length ? spread(ours.map((value, at) => value / (theirs[at] ?? Number.NaN))) : '',
      };
    });
    return { title, rows };
  });
}

function spread(values: readonly number[]): string {
  if (values.length === 0) return '–';
  const show = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
  return `${show(median(values))} [${show(Math.min(...values))}–${show(Math.max(...values))}]`;
}
