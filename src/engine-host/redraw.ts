import type { Candidate, Candidates } from './candidates.ts';
import type { Grammar } from './grammar.ts';
import type { Sampler } from './sampler.ts';

interface Parts {
  readonly candidates: Candidates;
  readonly sampler: Sampler;
  readonly grammar: Pick<Grammar, 'permits' | 'permitted'>;
  /** The row to choose from. What is −∞ is never chosen. */
  readonly logits: Float32Array;
  /** A random number from 0 to below 1 that has not been used. */
  readonly random: number;
}

/**
 * Chooses a token after the sampled one was refused, as if one had sampled again and again until a permitted one came:
 * from what the sampler's filters leave, by the probabilities there. Where nothing of that is permitted, the filters are
 * applied to the likeliest tokens that are, and where none of the likeliest is, to all that are. Undefined: no token is.
 */
export function redraw({ candidates, sampler, grammar, logits, random }: Parts): number | undefined {
  candidates.fill(logits);
  sampler.adjust(candidates);
  sampler.keepLikeliest(candidates);
  const likeliest = candidates.read();
  const isPossible = ({ token, logit }: Candidate) => logit > -Infinity && grammar.permits(token);
  if (sampler.isGreedy) {
    const best = likeliest.find(isPossible);
    if (best !== undefined) return best.token;
  } else {
    sampler.narrow(candidates);
    const left = candidates.read().filter(isPossible);
    if (left.length > 0) return draw(left, random);
    const permitted = likeliest.filter(isPossible);
    if (permitted.length > 0) return narrowed(permitted);
  }
  candidates.fill(logits);
  sampler.adjust(candidates);
  const row = candidates.readRow();
  const within = new Float32Array(row.length).fill(-Infinity);
  for (const token of grammar.permitted()) within[token] = row[token] ?? -Infinity;
  candidates.fill(within);
  sampler.keepLikeliest(candidates);
  const possible = candidates.read().filter(({ logit }) => logit > -Infinity);
  return sampler.isGreedy || possible.length === 0 ? possible[0]?.token : narrowed(possible);

  function narrowed(tokens: readonly Candidate[]): number | undefined {
    candidates.fillWith(tokens);
    sampler.narrow(candidates);
    return draw(candidates.read(), random);
  }
}

/** One of some tokens, by the probabilities that their logits stand for. */
function draw(tokens: readonly Candidate[], random: number): number | undefined {
  const highest = tokens.reduce((most, { logit }) => Math.max(most, logit), -Infinity);
  const weights = tokens.map(({ logit }) => Math.exp(logit - highest));
  let rest = random * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [at, weight] of weights.entries()) {
    rest -= weight;
    if (rest < 0) return tokens[at]?.token;
  }
  return tokens.at(-1)?.token;
}
