import { quantile } from '../../lib/quantile.ts';

/** What is compared, in the words of the table; one figure per round and target. */
export type Measure = (typeof measures)[number];

export const measures = [
  'requests/s, plain',
  'requests/s, streamed',
  'CPU per plain request, µs',
  'CPU per streamed request, µs',
  'CPU per event, µs',
  'added p50, ms',
  'added p99, ms',
  'added first token p50, ms',
  'added first token p99, ms',
  'streams without a stall',
  'memory when idle, MB',
  'memory per open stream, kB',
  'cold start, ms',
] as const;

export interface Figures {
  add(measure: Measure, target: string, value: number): void;
  /** All values, in the order they came; none where nothing was measured. */
  of(measure: Measure, target: string): readonly number[];
  /** The middle of them; NaN without any. */
  median(measure: Measure, target: string): number;
  targets(): readonly string[];
  all(): object;
}

export function createFigures(): Figures {
  const values = new Map<Measure, Map<string, number[]>>();
  const of = (measure: Measure, target: string) => values.get(measure)?.get(target) ?? [];
  return {
    add(measure, target, value) {
      const ofMeasure = values.get(measure) ?? new Map<string, number[]>();
      values.set(measure, ofMeasure.set(target, [...(ofMeasure.get(target) ?? []), value]));
    },
    of,
    median: (measure, target) => quantile(of(measure, target), 0.5),
    targets: () => [...new Set([...values.values()].flatMap((ofMeasure) => [...ofMeasure.keys()]))],
    all: () => Object.fromEntries([...values].map(([measure, ofMeasure]) => [measure, Object.fromEntries(ofMeasure)])),
  };
}
