import { nthLargest } from '../lib/nth-largest.ts';

/** Logits that are looked at to guess how likely a token has to be. */
const looked = 2048;
/** How many more than asked for the guess aims at: chance must seldom leave too few. */
const surplus = { times: 1.5, of: 8 };
/** Tokens that are passed over together where all are too unlikely, as most are. */
const block = 8;

/**
 * Tokens among which are the `count` likeliest of a row, in ascending order: those and some that are next. Undefined where
 * a guess from a part of the row missed them, which is rare in large vocabularies. One pass over 152,000 tokens takes a
 * fraction of what a sampler takes to copy and sort them.
 */
export function likeliestTokens(logits: Float32Array, count: number): Int32Array | undefined {
  if (count === 1) return likeliest(logits);
  const least = guess(logits, count);
  if (!Number.isFinite(least)) return undefined;
  const tokens = new Int32Array(Math.min(logits.length + block, count * 8 + looked));
  let found = 0;
  const whole = logits.length - (logits.length % block);
  for (let at = 0; at < logits.length; at += block) {
    if (at < whole && isBelow(logits, at, least)) continue;
    // Far more than was aimed at: all are about as likely.
    if (found + block > tokens.length) return undefined;
    const end = Math.min(at + block, logits.length);
    // What is no number is not likely either.
    for (let token = at; token < end; token++) if ((logits[token] as number) >= least) tokens[found++] = token;
  }
  return found < count ? undefined : tokens.subarray(0, found);
}

/** Whether a whole block is. Without a loop, which would take twice as long. */
function isBelow(logits: Float32Array, at: number, least: number): boolean {
  return (
    (logits[at] as number) < least &&
    (logits[at + 1] as number) < least &&
    (logits[at + 2] as number) < least &&
    (logits[at + 3] as number) < least &&
    (logits[at + 4] as number) < least &&
    (logits[at + 5] as number) < least &&
    (logits[at + 6] as number) < least &&
    (logits[at + 7] as number) < least
  );
}

function likeliest(logits: Float32Array): Int32Array | undefined {
  let [best, highest] = [-1, -Infinity];
  for (let token = 0; token < logits.length; token++) {
    const logit = logits[token] as number;
    if (logit > highest) [best, highest] = [token, logit];
  }
  return Number.isFinite(highest) ? Int32Array.of(best) : undefined;
}

/** A logit that somewhat more than `count` of the row are thought to reach. */
function guess(logits: Float32Array, count: number): number {
  const stride = Math.max(1, Math.floor(logits.length / looked));
  const some = new Float32Array(Math.ceil(logits.length / stride));
  for (let at = 0; at < some.length; at++) some[at] = logits[at * stride] as number;
  const rank = Math.ceil((count / stride) * surplus.times) + (stride === 1 ? 0 : surplus.of);
  return nthLargest(some, Math.min(rank, some.length));
}
