/**
 * What a model remembers of a sequence, and so what may be done with it between two decodes. A cut keeps the
 * first `length` tokens: `removeSequence(memory, s, length, -1)`. A share gives them to an empty sequence:
 * `copySequence(memory, s, t, 0, length)`, or where sequences have cells of their own a copy of all and a cut.
 *
 * - `positions`: keys and values of every token. Every cut and every share is right.
 * - `window`: the same, but layers with a sliding window of `w` tokens lose those that no coming token looks at
 *   once their cells are needed, also by another sequence. Nothing reports it: the cut answers true, the next
 *   decode succeeds, and its logits are wrong. A cut or a share is right only while
 *   `lowestPosition(memory, s) <= max(0, length - w + 1)`, asked before it.
 * - `state`: a summary that each token overwrites. No cut: it answers false and changes nothing. No share but of
 *   the whole sequence as it stands: one of fewer tokens joins them with the state of the end, and says nothing.
 */
export type MemoryKind = 'positions' | 'window' | 'state';

/** The kind of memory a model has, from what libllama tells. Hybrids may have a window too; the state rules. */
export function memoryKindOf(facts: {
  readonly isRecurrent: boolean;
  readonly isHybrid: boolean;
  /** Tokens that sliding-window layers look back; 0 without such layers. */
  readonly slidingWindow: number;
}): MemoryKind {
  if (facts.isRecurrent || facts.isHybrid) return 'state';
  return facts.slidingWindow > 0 ? 'window' : 'positions';
}
