import { isQuantization, preferredQuantizations } from './quantization.ts';
import type { GgufSource } from '../card.ts';

/** The sources that a card names, the one to take first; of a quantisation that is asked for, those that have it or may. */
export function preferredSources(sources: readonly GgufSource[], quantization: string | undefined): GgufSource[] {
  if (quantization !== undefined) {
    const exact = sources.filter((source) => isQuantization(source.quantization?.toUpperCase() ?? '', quantization));
    const open = sources.filter((source) => source.quantization === undefined);
    return [...exact, ...open.map((source) => ({ ...source, quantization }))];
  }
  const rank = ({ quantization: each }: GgufSource) => {
    // A repository that leaves the choice open most likely has what is preferred.
    const at = each === undefined ? 0.5 : preferredQuantizations.indexOf(each.toUpperCase());
    return at === -1 ? preferredQuantizations.length : at;
  };
  return sources.toSorted((a, b) => rank(a) - rank(b));
}
