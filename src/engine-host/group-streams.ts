import type { Pending, Share, StepLimits } from './plan-step.ts';
import type { StepCost } from './step-cost.ts';

/** Running streams in the batches that take the least time together. */
export function groupStreams<Owner>(
  streams: readonly Pending<Owner>[],
  cost: StepCost,
  limits: StepLimits,
): Share<Owner>[][] {
  return runsOf(streams, limits).flatMap((run) =>
    limits.triesWhole && run.length <= limits.batchTokens
      ? [run.map(({ owner }) => ({ owner, tokens: 1 }))]
      : cheapestGroups(run, cost, limits.batchTokens),
  );
}

/** The work in runs that can be one batch each. */
export function runsOf<Item extends { readonly sequence: number }>(
  work: readonly Item[],
  { sharesCells }: StepLimits,
): Item[][] {
  const runs: Item[][] = [];
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
