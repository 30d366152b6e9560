/** What steps of either kind take. The same object twice where one batch holds both. */
export interface StepCosts {
  /** Batches of one token each of several sequences. */
  readonly streams: StepCost;
  /** Batches of many tokens of one sequence. */
  readonly prompts: StepCost;
}

/** Sizes whose times are kept; what lies between is interpolated. */
const sizes = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048];
/** How much one new observation moves what is known: one that is faster says more, since noise only slows down. */
const learningRates = { faster: 0.5, slower: 0.1 };
/**
 * How the time grows with the size beyond what was measured. Less than in proportion: a size thought too dear would
 * never be tried, and so never be known.
 */
const growth = 0.9;
/** From so many cells looked at per token on, what a step takes beyond the shallow one is put down to them. */
const deepCells = 256;
/** A step that takes longer is measured once. */
const longStepMs = 100;

/**
 * Milliseconds that decoding a batch of n tokens takes on this machine with this model. Measured at load and
 * refined with every step. It is not monotonic: on CPUs a batch of two can take longer than two single steps,
 * because another kernel is used. Each token looks at cells, those before it or those of a whole pool, and what
 * that takes is learned apart: at a depth of thousands it is most of the step.
 */
export class StepCost {
  /** Ascending in size. */
  readonly #table: { readonly size: number; ms: number }[];
  /** Milliseconds per token and cell it looks at, by the size of the batch: a prompt's tokens look together. */
  readonly #msPerLook = new Map<number, number>();

  constructor(measured: ReadonlyMap<number, number>) {
    this.#table = [...measured].map(([size, ms]) => ({ size, ms })).toSorted((a, b) => a.size - b.size);
  }

  /** The sizes and times known so far, ascending, to the microsecond. */
  table(): { tokens: number; milliseconds: number }[] {
    return this.#table.map(({ size, ms }) => ({ tokens: size, milliseconds: Math.round(ms * 1000) / 1000 }));
  }

  /** The expected time of a step in which `looks` cells are looked at by all tokens together; 0 while nothing is known. */
  of(tokens: number, looks = 0): number {
    return this.#shallow(tokens) + looks * this.#lookOf(tokens);
  }

  /** Takes note of a step that was run. A size near a kept one counts for it, in proportion. */
  learn(tokens: number, milliseconds: number, looks = 0): void {
    const size = sizes.find((each) => Math.abs(each - tokens) <= each * 0.1);
    if (size === undefined) return;
    const shallow = this.#shallow(tokens);
    if (looks < tokens * deepCells || shallow === 0) {
      return this.#learnShallow(size, (Math.max(0, milliseconds - looks * this.#lookOf(tokens)) * size) / tokens);
    }
    const seen = Math.max(0, milliseconds - shallow) / looks;
    const known = this.#msPerLook.get(size);
    this.#msPerLook.set(size, known === undefined ? seen : moved(known, seen));
  }

  /**
   * The largest batch from `least` to `most` tokens, of which each looks at `depth` cells, whose step takes at
   * most `milliseconds`; `least` if none does.
   */
  largestWithin(milliseconds: number, least: number, most: number, depth = 0): number {
    for (const size of [most, ...sizes.filter((each) => each < most).toReversed()]) {
      if (size <= least) break;
      if (this.of(size, size * depth) <= milliseconds) return size;
    }
    return least;
  }

  #shallow(tokens: number): number {
    let below: { size: number; ms: number } | undefined;
    for (const entry of this.#table) {
      if (entry.size === tokens) return entry.ms;
      if (entry.size > tokens) {
        if (below === undefined) return entry.ms;
        return below.ms + ((entry.ms - below.ms) * (tokens - below.size)) / (entry.size - below.size);
      }
      below = entry;
    }
    return below === undefined ? 0 : below.ms * (tokens / below.size) ** growth;
  }

  #learnShallow(size: number, seen: number): void {
    const known = this.#table.find((entry) => entry.size === size);
    if (known !== undefined) {
      known.ms = moved(known.ms, seen);
      return;
    }
    const at = this.#table.findIndex((entry) => entry.size > size);
    this.#table.splice(at < 0 ? this.#table.length : at, 0, { size, ms: seen });
  }

  /** What is known of the size nearest in proportion. */
  #lookOf(tokens: number): number {
    let nearest = { distance: Infinity, ms: 0 };
    for (const [size, ms] of this.#msPerLook) {
      const distance = Math.abs(Math.log(size / tokens));
      if (distance < nearest.distance) nearest = { distance, ms };
    }
    return nearest.ms;
  }
}

function moved(known: number, seen: number): number {
  return known + (seen - known) * (seen < known ? learningRates.faster : learningRates.slower);
}

/**
 * Times batches of the sizes given, in their order, until `budgetMs` is spent; at least one is timed. The first
 * run is not counted: it touches memory for the first time.
 */
export async function measureStepCost(
  run: (tokens: number) => Promise<void>,
  measuredSizes: readonly number[],
  budgetMs: number,
): Promise<StepCost> {
  const started = performance.now();
  const measured = new Map<number, number>();
  await run(measuredSizes[0] ?? 1);
  const isTimeLeft = () => measured.size === 0 || performance.now() - started < budgetMs;
  // Each once before any is repeated. A short step is noisy and cheap to repeat, a long one neither.
  for (const size of [...measuredSizes, ...measuredSizes, ...measuredSizes]) {
    if (!isTimeLeft() || (measured.get(size) ?? 0) > longStepMs) continue;
    const before = performance.now();
    await run(size);
    measured.set(size, Math.min(performance.now() - before, measured.get(size) ?? Infinity));
  }
  return new StepCost(measured);
}
