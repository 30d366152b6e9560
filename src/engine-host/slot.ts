import type { Generation } from './generation.ts';

/** One sequence of the model's memory: what its cells hold, and who uses it now. */
export class Slot {
  readonly id: number;
  /** Cells are shared only between requests with the same salt. */
  salt = '';
  generation: Generation | undefined;
  /** When its last user left, in steps of the lane; the smallest goes first when room is needed. */
  usedAt = 0;
  #kept: readonly number[] = [];

  constructor(id: number) {
    this.id = id;
  }

  /** The tokens whose cells this sequence holds, as the first `heldLength` of them. */
  get heldTokens(): readonly number[] {
    return this.generation?.tokens ?? this.#kept;
  }

  get heldLength(): number {
    return this.generation?.position ?? this.#kept.length;
  }

  /** Ends the use and keeps what the cells hold for a request that starts alike. */
  keep(): void {
    this.#kept = this.heldTokens.slice(0, this.heldLength);
    this.generation = undefined;
  }

  /** Notes that the cells are gone. */
  forget(): void {
    this.#kept = [];
    this.generation = undefined;
  }
}
