import type { Share } from './plan-step.ts';
import type { StepCost } from './step-cost.ts';

/** A round has more to do for each batch than what decoding it takes: prompts are parted only where that saves more. */
const worthParting = 1.05;

/**
 * A run of prompts as one batch, or as one each where that takes less time. The library divides a batch of sequences with
 * cells of their own into parts of which each has as many tokens of every sequence in it: equal pieces are one part, and of
 * others what the longer ones have more comes apart, down to a few tokens that take as long as many.
 */
export function partPrompts<Owner>(run: readonly Share<Owner>[], cost: StepCost): Share<Owner>[][] {
  const shares = run.map(({ owner, tokens }) => ({ owner, tokens }));
  const lengths = shares.map(({ tokens }) => tokens).toSorted((a, b) => a - b);
  const parts = lengths.map((length, at) => (length - (lengths[at - 1] ?? 0)) * (lengths.length - at));
  const msOf = (batches: readonly number[]) =>
    batches.reduce((sum, tokens) => sum + (tokens === 0 ? 0 : cost.of(tokens)), 0);
  return msOf(parts) <= msOf(lengths) * worthParting ? [shares] : shares.map((share) => [share]);
}
