import type { Generation } from './generation.ts';
import type { MemoryKind } from './memory-kind.ts';
import { wantsPromptRows } from './prompt-rows.ts';
import type { Slot } from './slot.ts';

/** Where a generation goes, and whose cells it starts with. */
export interface Placement {
  readonly target: Slot;
  /** The slot that holds the beginning already; the target itself when it goes on from there. */
  readonly source: Slot;
  /** How many tokens of the beginning are held. */
  readonly length: number;
}

/** A prompt that is being read now is waited for when it saves at least this many tokens. */
const worthWaiting = 64;

/** What the search depends on beside the slots. */
export interface PlacementRules {
  readonly kind: MemoryKind;
  /** A beginning in another slot is used when it is at least this long: its cells may have to be copied. */
  readonly worthCopying: number;
  /** Whether only streams of consecutive slots can be decoded together. */
  readonly needsNeighbours: boolean;
}

/**
 * Finds a free slot for a generation and the longest beginning that some slot holds already. `wait` means that
 * a slot is just reading a beginning worth waiting for; undefined, that no slot is free.
 */
export function findPlacement(
  slots: readonly Slot[],
  generation: Generation,
  { kind, worthCopying, needsNeighbours }: PlacementRules,
): Placement | 'wait' | undefined {
  const free = slots.filter((slot) => slot.generation === undefined);
  if (free.length === 0) return undefined;
  const { tokens, request } = generation;
  // The last token is always decoded: its logits choose the next.
  const most = tokens.length - 1;
  let best: { slot: Slot; length: number } | undefined;
  let coming = 0;
  for (const slot of slots) {
    if (slot.salt !== request.salt) continue;
    // What is in memory already gives no rows; the choice that reads the prompt does so for all.
    if (wantsPromptRows(request) && slot.generation?.request !== request) continue;
    const length = usableLength(slot, tokens, most, kind);
    const isUsable = slot.generation === undefined || length >= worthCopying;
    if (isUsable && length > (best?.length ?? 0)) best = { slot, length };
    const other = slot.generation;
    if (other === undefined || !other.isReadingPrompt) continue;
    // A state is as its prompt leaves it for one moment, in which it is given to the other choices of its request.
    if (kind === 'state' && (other.request !== request || other.hasAnswered || generation.hasAnswered)) continue;
    const shared = commonLength(other.tokens, tokens, Math.min(other.tokens.length, most));
    // Choices of one request share all of it, so any length is worth it.
    const atLeast = other.request === request ? worthCopying : Math.max(worthWaiting, worthCopying);
    if (shared > length && shared >= length + atLeast) coming = Math.max(coming, shared);
  }
  if (coming > (best?.length ?? 0)) return 'wait';
  const isBestFree = best !== undefined && best.slot.generation === undefined;
  // Going on in place destroys what the slot holds beyond; worth it when that is the smaller part.
  if (best && isBestFree && (kind === 'state' || best.length * 2 >= best.slot.heldLength || free.length === 1))
    return { target: best.slot, source: best.slot, length: best.length };
  const others = isBestFree ? free.filter((slot) => slot !== best?.slot) : free;
  const target = leastValuable(others, needsNeighbours ? slots : []);
  if (best === undefined || best.length < worthCopying) return { target, source: target, length: 0 };
  return { target, source: best.slot, length: best.length };
}

/** How much of the slot's cells can be the beginning of `tokens`. */
function usableLength(slot: Slot, tokens: readonly number[], most: number, kind: MemoryKind): number {
  const length = commonLength(slot.heldTokens, tokens, Math.min(slot.heldLength, most));
  if (kind !== 'state') return length;
  // A state cannot be cut back: it serves where it is, and only as a whole.
  return slot.generation === undefined && length === slot.heldLength ? length : 0;
}

/**
 * An empty slot, or the longest unused; of the older half one beside a slot of `all` that is in use. `free` has one
 * slot at least.
 */
function leastValuable(free: readonly Slot[], all: readonly Slot[]): Slot {
  const usedAt = (slot: Slot) => (slot.heldLength === 0 ? -1 : slot.usedAt);
  const byAge = free.toSorted((a, b) => usedAt(a) - usedAt(b) || a.id - b.id);
  const busy = new Set(all.filter(({ generation }) => generation).map(({ id }) => id));
  const older = byAge.slice(0, Math.ceil(byAge.length / 2));
  const neighbour = older.find(({ id }) => busy.has(id - 1)) ?? older.find(({ id }) => busy.has(id + 1));
  const [oldest] = byAge;
  if (oldest === undefined) throw new RangeError('There is no free slot.');
  return neighbour ?? oldest;
}

function commonLength(a: readonly number[], b: readonly number[], most: number): number {
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}
