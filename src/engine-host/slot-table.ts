import type { DecodeContext } from './decode-context.ts';
import { findPlacement, type Placement, type PlacementRules } from './find-placement.ts';
import type { Generation } from './generation.ts';
import { SequenceMemory } from './sequence-memory.ts';
import { Slot } from './slot.ts';
import type { StepCosts } from './step-cost.ts';
import { WaitingLine } from './waiting-line.ts';

/** Cells kept free for an answer beyond its prompt when it is let in; more is found as it grows. */
const reservedForAnswer = 256;

export interface SlotTableOptions {
  readonly cost: StepCosts;
  /** What copying the cells of a slot takes, where slots do not share them, in milliseconds. */
  readonly copyMs: number;
  /** Whether beginnings are kept and used again. */
  readonly reusesPrefixes: boolean;
}

/** The slots of one context and who waits for them. Never changed while a batch is being decoded, but by `submit` and `withdraw`. */
export class SlotTable {
  readonly #context: DecodeContext;
  readonly #options: SlotTableOptions;
  readonly #memory: SequenceMemory;
  readonly #slots: readonly Slot[];
  readonly #waiting = new WaitingLine();
  #clock = 0;
  #arrivals = 0;

  constructor(context: DecodeContext, options: SlotTableOptions) {
    this.#context = context;
    this.#options = options;
    this.#memory = new SequenceMemory(context);
    this.#slots = Array.from({ length: context.sequences }, (_, id) => new Slot(id));
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Who has a slot, in the order of the slots. */
  running(): { slot: Slot; generation: Generation }[] {
    return this.#slots.flatMap((slot) => (slot.generation ? [{ slot, generation: slot.generation }] : []));
  }

  slotOf(generation: Generation): Slot | undefined {
    return this.#slots.find((slot) => slot.generation === generation);
  }

  submit(generation: Generation): void {
    generation.arrival = this.#arrivals++;
    this.#waiting.push(generation);
  }

  /** Takes a generation out of the line; false when it does not wait. */
  withdraw(generation: Generation): boolean {
    return this.#waiting.remove(generation);
  }

  siblingsOf(generation: Generation): Generation[] {
    return this.#waiting.siblingsOf(generation);
  }

  /** Frees the slots of what is over or unwanted. */
  sweep(): void {
    for (const { slot, generation } of this.running()) {
      if (generation.isCancelled) generation.endCancelled();
      if (!generation.isOver) continue;
      slot.usedAt = ++this.#clock;
      if (this.#options.reusesPrefixes) slot.keep();
      else this.#memory.clear(slot);
    }
  }

  /** Gives free slots to those who wait, as far as there are cells. */
  fill(): void {
    while (this.#waiting.length > 0 && this.#slots.some(({ generation }) => generation === undefined)) {
      if (!this.#seatNext()) return;
    }
  }

  #seatNext(): boolean {
    for (const candidate of this.#waiting.candidates(this.running().map(({ generation }) => generation))) {
      const placement = findPlacement(this.#slots, candidate, this.#rules());
      if (placement === undefined) return false;
      if (placement === 'wait') continue;
      // Nobody overtakes one that waits for cells, or a long prompt would never find them.
      if (!this.#makeRoom(candidate, placement)) return false;
      this.#seat(candidate, placement);
      return true;
    }
    return false;
  }

  /** Seats a choice with all that another of the same request has in memory; false when it has to wait. */
  seatBeside(generation: Generation, sibling: Generation): boolean {
    const source = this.slotOf(generation);
    const { worthCopying } = this.#rules();
    if (source === undefined || !this.#options.reusesPrefixes) return false;
    const length = generation.position;
    const placement = length < worthCopying ? undefined : findPlacement(this.#slots, sibling, this.#rules());
    if (placement === undefined || placement === 'wait') return false;
    const { target } = placement;
    if (target === source || !this.#makeRoom(sibling, { target, source, length })) return false;
    this.#seat(sibling, { target, source, length });
    return sibling.position === length;
  }

  #seat(generation: Generation, { target, source, length }: Placement): void {
    this.#waiting.remove(generation);
    const held = source === target ? this.#memory.cut(target, length) : this.#memory.share(source, target, length);
    target.generation = generation;
    target.salt = generation.request.salt;
    generation.position = held;
    generation.request.cachedTokens ??= held;
  }

  /** Copying cells, where they are not shared, has to take less time than computing them again. */
  #rules(): PlacementRules {
    const { sharesCells, memoryKind: kind } = this.#context;
    const { cost, copyMs } = this.#options;
    const msPerToken = cost.prompts.of(64) / 64;
    return {
      kind,
      needsNeighbours: !sharesCells,
      worthCopying: sharesCells || msPerToken === 0 ? 0 : Math.ceil(copyMs / msPerToken),
    };
  }

  /** Drops kept beginnings, the oldest first, until the prompt and a bounded answer fit; false if they cannot yet. */
  #makeRoom(generation: Generation, { target, source, length }: Placement): boolean {
    const { contextLength, cells, sharesCells } = this.#context;
    if (!sharesCells) return true;
    const running = this.running();
    const withAnswer = (tokens: number) => Math.min(tokens + reservedForAnswer, contextLength);
    const reserved = running.reduce((sum, each) => sum + withAnswer(each.generation.tokens.length), 0);
    const needed = withAnswer(generation.tokens.length) - length;
    if (running.length > 0 && reserved + needed > cells) return false;
    const keptBy = (slots: readonly Slot[]) => slots.reduce((sum, slot) => sum + slot.heldLength, 0);
    const droppable = this.#keptSlots().filter((slot) => slot !== target && slot !== source);
    while (droppable.length > 0 && reserved + needed + keptBy(droppable) > cells) {
      const oldest = droppable.shift();
      if (oldest) this.#memory.clear(oldest);
    }
    return true;
  }

  /** Slots that nobody uses but that still hold something, the longest unused first. */
  #keptSlots(): Slot[] {
    return this.#slots
      .filter((slot) => slot.generation === undefined && slot.heldLength > 0)
      .toSorted((a, b) => a.usedAt - b.usedAt);
  }

  /**
   * Frees cells when there are none left: a kept beginning, also of who has just ended, or else the youngest who runs,
   * who starts again later. False when only one runs, who then cannot go on.
   */
  freeCells(): boolean {
    this.sweep();
    const oldest = this.#keptSlots()[0];
    if (oldest) {
      this.#memory.clear(oldest);
      return true;
    }
    const [youngest, ...others] = this.running().toSorted(
      ({ generation: a }, { generation: b }) => b.request.priority - a.request.priority || b.arrival - a.arrival,
    );
    if (youngest === undefined || others.length === 0) return false;
    this.#memory.clear(youngest.slot);
    youngest.generation.position = 0;
    this.#waiting.push(youngest.generation);
    return true;
  }

  /** Undoes what a batch that was broken off left in a generation's slot. */
  restore(generation: Generation): void {
    const slot = this.slotOf(generation);
    if (slot) generation.position = this.#memory.restore(slot);
  }

  /** Wipes the memory: whoever runs is computed again. */
  startOver(): void {
    this.#memory.wipe();
    for (const slot of this.#slots) {
      if (slot.generation) slot.generation.position = 0;
      else slot.forget();
    }
  }

  /** Forgets everything; answers who ran or waited. */
  empty(): Generation[] {
    const all = [...this.running().map(({ generation }) => generation), ...this.#waiting.takeAll()];
    for (const slot of this.#slots) this.#memory.clear(slot);
    return all;
  }
}
