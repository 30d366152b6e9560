import { ManifoldError } from '../errors.ts';
import type { DecodeContext } from './decode-context.ts';
import type { Generation } from './generation.ts';
import { planStep, type Share } from './plan-step.ts';
import { mostPromptRows, notePromptRows, wantsPromptRow, wantsPromptRows, type PromptRow } from './prompt-rows.ts';
import { sampleToken } from './sample-token.ts';
import { SlotTable, type SlotTableOptions } from './slot-table.ts';

/** A batch that takes longer than this is broken off when most of it is for clients that left. */
const abortWorthMs = 50;
/** How many times as long as without them a round may take that also reads prompts: almost half of it goes to those. */
const slowdown = 1.8;
/**
 * The same in a burst, while all streams have only begun: nobody reads along yet, and who comes together runs together. A
 * token for some takes almost as long as a token for all, so the sooner all have begun, the sooner the last one ends.
 */
const burstSlowdown = 12;
/** One round in so many decodes all streams in one batch, to know what that takes. */
const wholeEvery = 64;
/** One round in so many reads the oldest prompt first. */
const oldestEvery = 4;
/** Smaller pieces of a prompt are read too slowly per token. */
const leastPrompt = 16;
/** Four tokens a second are about as fast as people read: below that, streams come before prompts. */
const slowRoundMs = 250;
/** With no stream running: who comes meanwhile waits this long. Smaller pieces are read more slowly per token. */
const promptStepMs = 2500;

export interface LaneOptions extends SlotTableOptions {
  /** Prompt tokens per step, whatever runs; absent: by what a step costs. */
  readonly fixedPromptTokens?: number;
}

/** One context at work: round after round, everyone who has a slot is decoded and sampled. */
export class Lane {
  readonly #context: DecodeContext;
  readonly #options: LaneOptions;
  readonly #table: SlotTable;
  #rounds = 0;
  /** The batch being decoded: who is in it with how many tokens, and since when. */
  #decoding: { readonly shares: readonly Share<Generation>[]; readonly since: number } | undefined;

  constructor(context: DecodeContext, options: LaneOptions) {
    this.#context = context;
    this.#options = options;
    this.#table = new SlotTable(context, options);
  }

  get running(): number {
    return this.#table.running().length;
  }

  get waiting(): number {
    return this.#table.waiting;
  }

  /** Milliseconds that the running decode has taken so far; 0 between decodes. Grows when the engine hangs. */
  get decodingMs(): number {
    return this.#decoding === undefined ? 0 : performance.now() - this.#decoding.since;
  }

  submit(generation: Generation): void {
    this.#table.submit(generation);
  }

  /** Lets go of a cancelled generation: at once when it waits, else before the next batch. */
  leave(generation: Generation): void {
    if (this.#table.withdraw(generation)) return generation.endCancelled();
    const { shares = [] } = this.#decoding ?? {};
    const batch = tokensOf(shares);
    // Whoever asked for several answers leaves them one by one.
    const unwanted = tokensOf(shares.filter(({ owner }) => owner.isCancelled));
    if (unwanted * 2 >= batch && this.#options.cost.prompts.of(batch) > abortWorthMs) this.#context.abort();
  }

  /** Gives free slots to who waits, then decodes one round for everyone who runs. */
  async round(): Promise<void> {
    this.#rounds++;
    this.#table.sweep();
    this.#table.fill();
    // Those of different adapters share no batch.
    for (const adapter of new Set(this.#table.running().map(({ generation }) => generation.request.adapter))) {
      if (!(await this.#roundOf(adapter))) break;
    }
  }

  /** One round of those who run with an adapter, or without; false when the round cannot go on as planned. */
  async #roundOf(adapter: string | undefined): Promise<boolean> {
    for (const group of this.#plan(adapter)) {
      // Someone may have left, or been preempted, since the round was planned.
      const shares = group.filter(({ owner }) => !owner.isOver && !owner.isCancelled && this.#table.slotOf(owner));
      if (shares.length > 0 && !(await this.#decode(shares, adapter))) return false;
    }
    return true;
  }

  /** Ends everyone with an error and forgets what the memory holds. */
  failAll(error: ManifoldError): void {
    for (const generation of this.#table.empty()) generation.fail(error);
  }

  #plan(adapter: string | undefined): Share<Generation>[][] {
    const running = this.#table.running().filter(({ generation }) => generation.request.adapter === adapter);
    const work = running.map(({ slot, generation }) => ({
      owner: generation,
      tokens: wantsPromptRows(generation.request) ? Math.min(generation.pending, mostPromptRows) : generation.pending,
      depth: generation.position,
      answered: generation.answeredCount,
      arrival: generation.arrival,
      sequence: slot.id,
    }));
    if (work.length === 0) return [];
    const { fixedPromptTokens, cost } = this.#options;
    return planStep(work, cost, {
      batchTokens: fixedPromptTokens ?? this.#context.batchTokens,
      sharesCells: this.#context.sharesCells,
      slowdown,
      burstSlowdown,
      leastPrompt: fixedPromptTokens ?? leastPrompt,
      slowRoundMs: fixedPromptTokens === undefined ? slowRoundMs : Infinity,
      promptStepMs: fixedPromptTokens === undefined ? promptStepMs : Infinity,
      triesWhole: this.#rounds % wholeEvery === 0,
      favoursOldest: this.#rounds % oldestEvery === 0,
    });
  }

  /** Decodes one batch and samples who got a row; false when the round cannot go on as planned. */
  async #decode(shares: readonly Share<Generation>[], adapter: string | undefined): Promise<boolean> {
    const { rows, ofPrompts } = this.#fillBatch(shares);
    this.#decoding = { shares, since: performance.now() };
    const outcome = await this.#context.decode(adapter);
    const tookMs = this.decodingMs;
    this.#decoding = undefined;
    if (outcome === 'aborted') {
      for (const { owner } of shares) this.#table.restore(owner);
      return false;
    }
    if (outcome === 'no-cells') {
      if (!this.#table.freeCells()) this.#failForWantOfCells(shares);
      return false;
    }
    const isPrompt = this.#context.batch.count > shares.length;
    const cost = isPrompt ? this.#options.cost.prompts : this.#options.cost.streams;
    cost.learn(this.#context.batch.count, tookMs, this.#looks(shares));
    for (const { owner, tokens } of shares) owner.position += tokens;
    await notePromptRows(this.#context, ofPrompts);
    const isSpoiled = [...rows.values()].some((row) => this.#isSpoiled(row));
    for (const [generation, row] of rows) {
      if (generation.isCancelled || generation.isOver) continue;
      if (!generation.hasAnswered) this.#joinSiblings(generation, row);
      sampleToken(this.#context, generation, row);
    }
    if (isSpoiled) this.#table.startOver();
    return !isSpoiled;
  }

  /** Whether a row holds no number: then the cells of its sequence, or of one beside it, hold some that are none. */
  #isSpoiled(row: number): boolean {
    return this.#context.logits(row)?.some(Number.isFinite) === false;
  }

  /** Cells that the tokens of a batch look at: those before them, or in a pool those of all. */
  #looks(shares: readonly Share<Generation>[]): number {
    const { sharesCells, batch } = this.#context;
    const looked = (generations: readonly Generation[]) => generations.reduce((sum, { position }) => sum + position, 0);
    if (sharesCells) return looked(this.#table.running().map(({ generation }) => generation)) * batch.count;
    return shares.reduce((sum, { owner, tokens }) => sum + (owner.position + tokens / 2) * tokens, 0);
  }

  /** The row of each generation whose next token can be sampled after the batch, and the rows that tell of prompts. */
  #fillBatch(shares: readonly Share<Generation>[]): {
    readonly rows: ReadonlyMap<Generation, number>;
    readonly ofPrompts: readonly PromptRow[];
  } {
    const { batch } = this.#context;
    const rows = new Map<Generation, number>();
    const ofPrompts: PromptRow[] = [];
    batch.clear();
    for (const { owner, tokens } of shares) {
      const sequence = this.#table.slotOf(owner)?.id ?? 0;
      for (let at = owner.position; at < owner.position + tokens; at++) {
        const isLast = at === owner.tokens.length - 1;
        const tells = wantsPromptRow(owner.request, at);
        const row = batch.add(owner.tokens[at] ?? 0, at, sequence, isLast || tells);
        if (isLast) rows.set(owner, row);
        if (tells) ofPrompts.push({ owner, place: at + 1, row });
      }
    }
    return { rows, ofPrompts };
  }

  /** The other choices of a request start from the prompt that was just read, and from the same logits. */
  #joinSiblings(generation: Generation, row: number): void {
    for (const sibling of this.#table.siblingsOf(generation)) {
      if (!this.#table.seatBeside(generation, sibling)) return;
      sampleToken(this.#context, sibling, row);
    }
  }

  #failForWantOfCells(shares: readonly Share<Generation>[]): void {
    const error = new ManifoldError('engine_error', 'The engine has no room for the context of this request.');
    for (const { owner } of shares) owner.fail(error);
  }
}

function tokensOf(shares: readonly Share<Generation>[]): number {
  return shares.reduce((sum, { tokens }) => sum + tokens, 0);
}
