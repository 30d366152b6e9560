import { isQuantization, preferredQuantizations } from './quantization.ts';
import type { KnownFiles } from './plan-hub.ts';

/** Where a card says that weights are. */
export interface WeightsSource {
  /** Of a hub: `org/name`. */
  readonly repository: string;
  readonly revision?: string | undefined;
  /** Absent: whichever of the repository is preferred. */
  readonly quantization?: string | undefined;
  /** Absent: what the repository has of the quantisation. */
  readonly files?: KnownFiles | undefined;
}

/** The sources that a card names, the one to take first; of a quantisation that is asked for, those that have it or may. */
export function preferredSources(sources: readonly WeightsSource[], quantization: string | undefined): WeightsSource[] {
  if (quantization !== undefined) {
    const exact = sources.filter((source) => isQuantization(source.quantization?.toUpperCase() ?? '', quantization));
    const open = sources.filter((source) => source.quantization === undefined);
    return [...exact, ...open.map((source) => ({ ...source, quantization }))];
  }
  const rank = ({ quantization: each }: WeightsSource) => {
    // A repository that leaves the choice open most likely has what is preferred.
    const at = each === undefined ? 0.5 : preferredQuantizations.indexOf(each.toUpperCase());
    return at === -1 ? preferredQuantizations.length : at;
  };
  return sources.toSorted((a, b) => rank(a) - rank(b));
}
