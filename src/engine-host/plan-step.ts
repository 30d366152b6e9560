import type { StepCost } from './step-cost.ts';

/** A generation that holds a slot: how many of its tokens are not in the model's memory yet. */
export interface Pending<Owner> {
  readonly owner: Owner;
  /** 1: its next token is decoded; more: its prompt is still being read. */
  readonly tokens: number;
  /** Ascending with age: the lower, the earlier it came. */
  readonly arrival: number;
  /** The id of its sequence; the work is ordered by it. */
  readonly sequence: number;
}

/** How many tokens of whom one batch takes. */
export interface Share<Owner> {
  readonly owner: Owner;
  readonly tokens: number;
}

export interface StepLimits {
  /** Tokens a batch may hold. */
  readonly batchTokens: number;
  /** With streams running, a step that also reads prompts takes at most this many times one without prompts. */
  readonly slowdown: number;
  /** Prompt tokens a step takes at least, so that prompts move on in any case. */
  readonly leastPrompt: number;
  /** Whether sequences share cells. Where they do not, only a run of consecutive sequences makes one batch. */
  readonly sharesCells: boolean;
  /** Milliseconds a step that only reads prompts may take: who waits can join, who left can go. */
  readonly promptStepMs: number;
}

/**
 * Divides the work at hand into batches to run one after the other. Every running stream gets a token in
 * each plan, so none waits longer than one plan for its next; prompts share what time is left.
 */
export function planStep<Owner>(work: readonly Pending<Owner>[], cost: StepCost, limits: StepLimits): Share<Owner>[][] {
  const streams = work.filter(({ tokens }) => tokens === 1);
  const prompts = work.filter(({ tokens }) => tokens > 1);
  if (prompts.length === 0 || !limits.sharesCells) {
    const groups = runsOf(streams, limits).flatMap((run) => cheapestGroups(run, cost, limits.batchTokens));
    if (prompts.length === 0) return groups;
    // A library that cannot mix them would take the batch apart in any case.
    const budget = promptBudget(streams.length, prompts.length, cost, limits);
    return [...groups, ...sharePrompts(prompts, budget).map((share) => [share])];
  }
  const budget = promptBudget(streams.length, prompts.length, cost, limits);
  const shares = new Map<Owner, number>(streams.map(({ owner }) => [owner, 1]));
  for (const { owner, tokens } of sharePrompts(prompts, budget)) shares.set(owner, tokens);
  // In the order of the work, which is the order of the slots: shuffled sequences decode slower.
  return [work.flatMap(({ owner }) => (shares.has(owner) ? [{ owner, tokens: shares.get(owner) ?? 0 }] : []))];
}

/**
 * Prompt tokens that fit beside the streams. The measure is what a step takes once those who wait are streams
 * too: were it what one lonely stream takes, a burst of prompts would be read in crumbs.
 */
function promptBudget(streams: number, prompts: number, cost: StepCost, limits: StepLimits): number {
  const { leastPrompt, batchTokens, sharesCells, slowdown } = limits;
  if (streams === 0) return cost.largestWithin(limits.promptStepMs, leastPrompt, batchTokens);
  const stepMs = cost.of(Math.min(streams + prompts, batchTokens));
  if (!sharesCells) return cost.largestWithin(stepMs * (slowdown - 1), leastPrompt, batchTokens);
  const least = Math.min(streams + leastPrompt, batchTokens);
  return cost.largestWithin(stepMs * slowdown, least, batchTokens) - streams;
}

/**
 * The shortest rest first, which lets short prompts past long ones; a quarter is kept for the oldest, so that
 * a stream of short ones cannot hold it up for ever.
 */
function sharePrompts<Owner>(prompts: readonly Pending<Owner>[], budget: number): Share<Owner>[] {
  const oldest = prompts.reduce((first, each) => (each.arrival < first.arrival ? each : first));
  const given = new Map<Owner, number>();
  let left = budget;
  const give = ({ owner, tokens }: Pending<Owner>, most: number) => {
    const before = given.get(owner) ?? 0;
    const more = Math.min(tokens - before, most, left);
    if (more <= 0) return;
    given.set(owner, before + more);
    left -= more;
  };
  give(oldest, Math.ceil(budget / 4));
  for (const prompt of prompts.toSorted((a, b) => a.tokens - b.tokens || a.arrival - b.arrival)) give(prompt, left);
  return [...given].map(([owner, tokens]) => ({ owner, tokens }));
}

/** The work in runs that can be one batch each. */
function runsOf<Owner>(work: readonly Pending<Owner>[], { sharesCells }: StepLimits): Pending<Owner>[][] {
  const runs: Pending<Owner>[][] = [];
  for (const each of work) {
    const run = runs.at(-1);
    if (run !== undefined && (sharesCells || run.at(-1)?.sequence === each.sequence - 1)) run.push(each);
    else runs.push([each]);
  }
  return runs;
}

/** Streams in as few or as many batches as take the least time together. */
function cheapestGroups<Owner>(
  streams: readonly Pending<Owner>[],
  cost: StepCost,
  batchTokens: number,
): Share<Owner>[][] {
  const groups: Share<Owner>[][] = [];
  let rest = streams.map(({ owner }): Share<Owner> => ({ owner, tokens: 1 }));
  const sizes = cheapestSizes(streams.length, cost, batchTokens);
  for (const size of sizes) {
    groups.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return groups;
}

/** The sizes that sum up to `count` with the least total cost, largest first. */
function cheapestSizes(count: number, cost: StepCost, batchTokens: number): number[] {
  const best: { ms: number; size: number }[] = [{ ms: 0, size: 0 }];
  for (let n = 1; n <= count; n++) {
    let choice = { ms: Infinity, size: 1 };
    // From large to small, so that equal costs (also none known) mean the largest batch.
    for (let size = Math.min(n, batchTokens); size >= 1; size--) {
      const ms = (best[n - size]?.ms ?? 0) + cost.of(size);
      if (ms < choice.ms) choice = { ms, size };
    }
    best.push(choice);
  }
  const sizes: number[] = [];
  for (let n = count; n > 0; n -= best[n]?.size ?? n) sizes.push(best[n]?.size ?? n);
  return sizes.toSorted((a, b) => b - a);
}
