import { ManifoldError } from '../errors.ts';
import type { DecodeContext } from './decode-context.ts';
import { findPlacement, type Placement, type PlacementRules } from './find-placement.ts';
import type { Generation } from './generation.ts';
import { planStep, type Share } from './plan-step.ts';
import { sampleToken } from './sample-token.ts';
import { SequenceMemory } from './sequence-memory.ts';
import { Slot } from './slot.ts';
import type { StepCost } from './step-cost.ts';
import { WaitingLine } from './waiting-line.ts';

/** Cells kept free for an answer beyond its prompt when it is let in; more is found as it grows. */
const reservedForAnswer = 256;
/** A batch that takes longer than this is broken off when most of it is for a client that left. */
const abortWorthMs = 50;

export interface LaneOptions {
  readonly cost: StepCost;
  /** What copying the cells of a slot takes, where slots do not share them. */
  readonly copyMs: number;
  /** Whether beginnings are kept and shared. */
  readonly reusesPrefixes: boolean;
  /** Prompt tokens per step, whatever runs; absent: by what a step costs. */
  readonly fixedPromptTokens?: number;
}

/**
 * One context and those who use it: gives slots to who waits, decodes batches, samples, and takes slots back.
 * While a batch is decoded only `submit` and `leave` may be called.
 */
export class Lane {
  readonly #context: DecodeContext;
  readonly #options: LaneOptions;
  readonly #memory: SequenceMemory;
  readonly #slots: readonly Slot[];
  readonly #waiting = new WaitingLine();
  /** Who is in the batch being decoded, with how many tokens. */
  #inBatch: readonly Share<Generation>[] = [];
  #clock = 0;
  #arrivals = 0;

  constructor(context: DecodeContext, options: LaneOptions) {
    this.#context = context;
    this.#options = options;
    this.#memory = new SequenceMemory(context);
    this.#slots = Array.from({ length: context.sequences }, (_, id) => new Slot(id));
  }

  get running(): number {
    return this.#running().length;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get isBusy(): boolean {
    return this.waiting > 0 || this.#slots.some(({ generation }) => generation !== undefined);
  }

  submit(generation: Generation): void {
    generation.arrival = this.#arrivals++;
    this.#waiting.push(generation);
  }

  /** Lets go of a cancelled generation: at once when it waits, else before the next batch. */
  leave(generation: Generation): void {
    if (this.#waiting.remove(generation)) return generation.endCancelled();
    const share = this.#inBatch.find(({ owner }) => owner === generation)?.tokens ?? 0;
    const batch = this.#inBatch.reduce((sum, { tokens }) => sum + tokens, 0);
    if (share * 2 >= batch && this.#options.cost.of(batch) > abortWorthMs) this.#context.abort();
  }

  /** One round for everyone who runs. */
  async round(): Promise<void> {
    this.#sweep();
    this.#place();
    const groups = this.#plan();
    for (const group of groups) {
      // Someone may have left, or been preempted, since the round was planned.
      const shares = group.filter(({ owner }) => !owner.isOver && !owner.isCancelled && this.#slotOf(owner));
      if (shares.length > 0 && !(await this.#decode(shares))) break;
    }
  }

  /** Ends everyone with an error and forgets what the memory holds. */
  failAll(error: ManifoldError): void {
    for (const generation of [...this.#running(), ...this.#waiting.takeAll()]) generation.fail(error);
    for (const slot of this.#slots) this.#memory.clear(slot);
  }

  #running(): Generation[] {
    return this.#slots.flatMap(({ generation }) => generation ?? []);
  }

  #slotOf(generation: Generation): Slot | undefined {
    return this.#slots.find((slot) => slot.generation === generation);
  }

  /** Frees the slots of what is over or unwanted. */
  #sweep(): void {
    for (const slot of this.#slots) {
      const { generation } = slot;
      if (generation?.isCancelled) generation.endCancelled();
      if (!generation?.isOver) continue;
      slot.usedAt = ++this.#clock;
      if (this.#options.reusesPrefixes) slot.keep();
      else this.#memory.clear(slot);
    }
  }

  /** Gives free slots to those who wait, as far as there are cells. */
  #place(): void {
    while (this.#waiting.length > 0 && this.#slots.some(({ generation }) => generation === undefined)) {
      if (!this.#placeNext()) return;
    }
  }

  #placeNext(): boolean {
    for (const generation of this.#waiting.candidates(this.#running())) {
      const placement = findPlacement(this.#slots, generation, this.#placementRules());
      if (placement === undefined) return false;
      if (placement === 'wait') continue;
      // Nobody overtakes one that waits for cells, or a long prompt would never find them.
      if (!this.#makeRoom(generation, placement)) return false;
      this.#enter(generation, placement);
      return true;
    }
    return false;
  }

  #enter(generation: Generation, { target, source, length }: Placement): void {
    this.#waiting.remove(generation);
    const held = source === target ? this.#memory.cut(target, length) : this.#memory.share(source, target, length);
    target.generation = generation;
    target.salt = generation.request.salt;
    generation.position = held;
    generation.request.cachedTokens ??= held;
  }

  /** Drops kept beginnings, the oldest first, until the prompt and a bounded answer fit; false if they cannot yet. */
  #makeRoom(generation: Generation, { target, source, length }: Placement): boolean {
    const running = this.#running();
    const { contextLength, cells, sharesCells } = this.#context;
    if (!sharesCells) return true;
    const withAnswer = (tokens: number) => Math.min(tokens + reservedForAnswer, contextLength);
    const reserved = running.reduce((sum, { tokens }) => sum + withAnswer(tokens.length), 0);
    const needed = withAnswer(generation.tokens.length) - length;
    if (running.length > 0 && reserved + needed > cells) return false;
    const keptBy = (slots: readonly Slot[]) => slots.reduce((sum, slot) => sum + slot.heldLength, 0);
    const droppable = this.#idleSlots().filter((slot) => slot !== target && slot !== source);
    while (droppable.length > 0 && reserved + needed + keptBy(droppable) > cells) {
      const oldest = droppable.shift();
      if (oldest) this.#memory.clear(oldest);
    }
    return true;
  }

  /** Slots that nobody uses but that still hold something, the longest unused first. */
  #idleSlots(): Slot[] {
    return this.#slots
      .filter((slot) => slot.generation === undefined && slot.heldLength > 0)
      .toSorted((a, b) => a.usedAt - b.usedAt);
  }

  #plan(): Share<Generation>[][] {
    const work = this.#slots.flatMap(({ id, generation: owner }) =>
      owner === undefined ? [] : [{ owner, tokens: owner.pending, arrival: owner.arrival, sequence: id }],
    );
    if (work.length === 0) return [];
    const { fixedPromptTokens, cost } = this.#options;
    const batchTokens = fixedPromptTokens ?? this.#context.batchTokens;
    return planStep(work, cost, {
      batchTokens,
      slowdown: 2.5,
      sharesCells: this.#context.sharesCells,
      leastPrompt: fixedPromptTokens ?? 16,
      promptStepMs: fixedPromptTokens === undefined ? 1000 : Infinity,
    });
  }

  /** Decodes one batch and samples who got a row; false when the round cannot go on as planned. */
  async #decode(shares: readonly Share<Generation>[]): Promise<boolean> {
    const { batch } = this.#context;
    const rows = new Map<Generation, number>();
    batch.clear();
    for (const { owner, tokens } of shares) {
      const slot = this.#slotOf(owner);
      for (let at = owner.position; at < owner.position + tokens; at++) {
        const isLast = at === owner.tokens.length - 1;
        const row = batch.add(owner.tokens[at] ?? 0, at, slot?.id ?? 0, isLast);
        if (isLast) rows.set(owner, row);
      }
    }
    this.#inBatch = shares;
    const started = performance.now();
    const outcome = await this.#context.decode();
    this.#inBatch = [];
    if (outcome === 'aborted') {
      for (const { owner } of shares) this.#restore(owner);
      return false;
    }
    if (outcome === 'no-cells') {
      this.#freeCells(shares);
      return false;
    }
    this.#options.cost.learn(batch.count, performance.now() - started);
    for (const { owner, tokens } of shares) owner.position += tokens;
    for (const [generation, row] of rows) {
      if (generation.isCancelled) continue;
      if (!generation.hasAnswered) this.#joinSiblings(generation, row);
      sampleToken(this.#context, generation, row);
    }
    return true;
  }

  #restore(generation: Generation): void {
    const slot = this.#slotOf(generation);
    if (slot) generation.position = this.#memory.restore(slot);
  }

  /** Copying cells, where they are not shared, has to take less time than computing them again. */
  #placementRules(): PlacementRules {
    const { sharesCells, memoryKind: kind } = this.#context;
    const { cost, copyMs } = this.#options;
    const msPerToken = cost.of(64) / 64;
    return { kind, worthCopying: sharesCells || msPerToken === 0 ? 0 : Math.ceil(copyMs / msPerToken) };
  }

  /** The other choices of a request start from the prompt that was just read, and from the same logits. */
  #joinSiblings(generation: Generation, row: number): void {
    if (this.#context.memoryKind === 'state' || !this.#options.reusesPrefixes) return;
    if (generation.tokens.length < this.#placementRules().worthCopying) return;
    const source = this.#slotOf(generation);
    for (const sibling of this.#waiting.siblingsOf(generation)) {
      const placement = findPlacement(this.#slots, sibling, this.#placementRules());
      if (source === undefined || placement === undefined || placement === 'wait') return;
      const { length } = generation.tokens;
      const target = placement.target === source ? undefined : placement.target;
      if (target === undefined || !this.#makeRoom(sibling, { target, source, length })) return;
      this.#enter(sibling, { target, source, length });
      if (sibling.position === length) sampleToken(this.#context, sibling, row);
    }
  }

  /** Called when no cells are left: kept beginnings go first, then the youngest who runs starts again later. */
  #freeCells(shares: readonly Share<Generation>[]): void {
    const idle = this.#idleSlots()[0];
    if (idle) return this.#memory.clear(idle);
    const running = this.#running().toSorted(
      (a, b) => b.request.priority - a.request.priority || b.arrival - a.arrival,
    );
    const youngest = running[0];
    const slot = youngest && this.#slotOf(youngest);
    if (youngest === undefined || slot === undefined || running.length === 1) {
      const error = new ManifoldError('engine_error', 'The engine has no room for the context of this request.');
      for (const { owner } of shares) owner.fail(error);
      return;
    }
    this.#memory.clear(slot);
    youngest.position = 0;
    this.#waiting.push(youngest);
  }
}
