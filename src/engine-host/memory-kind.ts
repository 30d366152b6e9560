/**
 * What can be done with a sequence's memory. `positions`: it can be cut back to any length and its beginning
 * shared. `window`: the same, as long as the first positions have not slid out. `state`: neither; it can only
 * go on from its end, or be dropped.
 */
export type MemoryKind = 'positions' | 'window' | 'state';

export function memoryKindOf(facts: {
  readonly isRecurrent: boolean;
  readonly isHybrid: boolean;
  /** Tokens that sliding-window layers look back; 0 without such layers. */
  readonly slidingWindow: number;
}): MemoryKind {
  if (facts.isRecurrent || facts.isHybrid) return 'state';
  return facts.slidingWindow > 0 ? 'window' : 'positions';
}
