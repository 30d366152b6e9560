import { sumOfExponentials } from './sum-of-exponentials.ts';

/** A token of the vocabulary and the natural logarithm of its probability. */
export interface LogProbability {
  readonly token: number;
  readonly value: number;
}

/** How probable the chosen token was, and which tokens were the most probable in its place. */
export interface LogProbabilities {
  readonly chosen: LogProbability;
  /** Descending by probability, equals ascending by token id: the likeliest tokens, or those that were asked about. */
  readonly top: readonly LogProbability[];
}

/**
 * Stands for every log probability below it, and for that of an impossible token: JSON has no infinity. The
 * number is OpenAI's, whose API reference lets -9999.0 signify that a token is very unlikely (wire rule R42).
 */
const lowest = -9999;

/**
 * The log-softmax of one row of logits in double precision, for the chosen token and for the `topCount` most
 * probable ones (all, if the row has fewer). The chosen token has its value also when it is not among them.
 * Every value is finite, at most 0 and at least -9999; a row that holds NaN has no probabilities, so there all
 * values are the lowest. The row is only read. With tokens to ask about, `top` is those and the chosen one.
 */
export function logProbabilities(
  logits: Float32Array,
  chosen: number,
  topCount: number,
  askedAbout?: readonly number[],
): LogProbabilities {
  const top = largest(logits, Math.max(topCount, 1));
  const highest = logits[top[0] ?? 0] ?? NaN;
  const logOfSum = Math.log(sumOfExponentials(logits, highest));
  const of = (token: number): LogProbability => {
    const value = (logits[token] ?? NaN) - highest - logOfSum;
    // Not `Math.max`, which would let NaN through.
    return { token, value: value > lowest ? value : lowest };
  };
  if (askedAbout === undefined) return { chosen: of(chosen), top: Array.from(top.subarray(0, topCount), of) };
  const named = Array.from(new Set([chosen, ...askedAbout]), of);
  return { chosen: of(chosen), top: named.toSorted((a, b) => b.value - a.value || a.token - b.token) };
}

/**
 * The tokens of the `count` largest values, in one pass: a short sorted list takes in what beats its least.
 * Soon hardly any token does, so the cost is that of reading the row.
 */
function largest(values: Float32Array, count: number): Int32Array {
  const valueOf = (token: number | undefined) => values[token ?? 0] ?? NaN;
  const size = Math.min(count, values.length);
  const tokens = Int32Array.from({ length: size }, (_, token) => token);
  tokens.sort((a, b) => valueOf(b) - valueOf(a) || a - b);
  let least = valueOf(tokens[size - 1]);
  for (let token = size; token < values.length; token++) {
    const value = values[token] ?? NaN;
    if (!(value > least)) continue;
    let at = size - 1;
    // It goes behind its equals: their ids are smaller.
    for (; at > 0 && valueOf(tokens[at - 1]) < value; at--) tokens[at] = tokens[at - 1] ?? 0;
    tokens[at] = token;
    least = valueOf(tokens[size - 1]);
  }
  return tokens;
}
