import type { LoadNames } from '../quirks/quirks.ts';

/** What a server says of its work, all models and whoever asked together. */
export interface EngineLoad {
  readonly running: number;
  readonly waiting: number;
  /** The share of its cache that is in use; undefined where it does not tell. */
  readonly cacheUse: number | undefined;
}

/** Letters that are looked at: the figures of a server with many histograms are a tenth of that. */
const longest = 1024 * 1024;

/** Reads what one server says of its work, look after look. */
export function createLoadReader(names: LoadNames): (text: string) => EngineLoad | undefined {
  let before: string | undefined;
  return (text) => {
    const load = readLoad(text, names);
    const step = names.step && valuesOf(text.slice(0, longest), names.step)?.join();
    const isAtRest = step !== undefined && step === before;
    before = step;
    return load && isAtRest ? { running: 0, waiting: 0, cacheUse: undefined } : load;
  };
}

/** Reads figures in Prometheus' format; undefined where they do not tell how much runs. Engines side by side count together. */
export function readLoad(text: string, names: LoadNames): EngineLoad | undefined {
  const head = text.slice(0, longest);
  const [running, waiting, cacheUse] = [names.running, names.waiting, names.cacheUse].map((all) => valuesOf(head, all));
  if (running === undefined) return undefined;
  const sum = (values: readonly number[] = []) => values.reduce((total, value) => total + value, 0);
  return { running: sum(running), waiting: sum(waiting), cacheUse: cacheUse && Math.max(...cacheUse) };
}

/** The values of the first of these names that is there, one for each set of labels. */
function valuesOf(text: string, names: readonly string[]): number[] | undefined {
  for (const name of names) {
    const lines = text.matchAll(new RegExp(String.raw`^${name}(?:\{[^\n]*\})? ([^\s]+)`, 'gm'));
    const values = Array.from(lines, ([, value]) => Number(value)).filter((value) => value >= 0 && value < Infinity);
    if (values.length > 0) return values;
  }
  return undefined;
}
