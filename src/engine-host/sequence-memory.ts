import type { LibLlama, Pointer } from './libllama/bindings.ts';
import type { DecodeContext } from './decode-context.ts';
import type { MemoryKind } from './memory-kind.ts';
import type { Slot } from './slot.ts';

/**
 * The cells of one context, slot by slot. Every change goes through here and its result is checked, so that
 * what a slot says it holds is what its sequence holds. Never called while a batch is being decoded.
 */
export class SequenceMemory {
  readonly #library: LibLlama;
  readonly #memory: Pointer;
  readonly #kind: MemoryKind;
  readonly #sharesCells: boolean;

  constructor({ library, memory, memoryKind, sharesCells }: DecodeContext) {
    this.#library = library;
    this.#memory = memory;
    this.#kind = memoryKind;
    this.#sharesCells = sharesCells;
  }

  clear(slot: Slot): void {
    this.#library.removeSequence(this.#memory, slot.id, -1, -1);
    slot.forget();
  }

  /**
   * Empties all sequences, down to the numbers in their cells. What is no number there spoils who comes next, though it is
   * looked at with a weight of nothing: without flash attention that is multiplied and not skipped.
   */
  wipe(): void {
    this.#library.clearMemory(this.#memory, true);
  }

  /** Cuts a slot back to its first `length` tokens; answers how many are left, 0 when the cut is not possible. */
  cut(slot: Slot, length: number): number {
    if (length === slot.heldLength && length > 0) return length;
    const isCut =
      length > 0 &&
      this.#kind !== 'state' &&
      this.#holdsFromStart(slot) &&
      this.#library.removeSequence(this.#memory, slot.id, length, -1);
    if (isCut) return length;
    this.clear(slot);
    return 0;
  }

  /** Drops what a batch that was broken off left beyond what the slot held before; answers how many are left. */
  restore(slot: Slot): number {
    const held = slot.heldLength;
    if (this.#kind !== 'state' && this.#library.removeSequence(this.#memory, slot.id, held, -1)) return held;
    this.#library.removeSequence(this.#memory, slot.id, -1, -1);
    return 0;
  }

  /** Empties the target and gives it the first `length` cells of the source; answers how many it has. */
  share(source: Slot, target: Slot, length: number): number {
    const isWhole = length === source.heldLength;
    this.clear(target);
    if (length === 0 || !this.#holdsFromStart(source) || (this.#kind === 'state' && !isWhole)) return 0;
    if (this.#sharesCells && !isWhole) {
      this.#library.copySequence(this.#memory, source.id, target.id, 0, length);
      return length;
    }
    // Own cells can only be copied as a whole: copying a part ends the process.
    this.#library.copySequence(this.#memory, source.id, target.id, -1, -1);
    if (isWhole || this.#library.removeSequence(this.#memory, target.id, length, -1)) return length;
    this.clear(target);
    return 0;
  }

  /** With a sliding window a beginning is right only while no position of it is lost: see `MemoryKind`, whose bound is wider. */
  #holdsFromStart(slot: Slot): boolean {
    return this.#kind !== 'window' || this.#library.lowestPosition(this.#memory, slot.id) === 0;
  }
}
