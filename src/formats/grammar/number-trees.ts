import { integerDigits } from './json-text.ts';
import { choice, digitBetween, digitsOf, empty, repeat, sequence, text, type RegexTree } from './regex-tree.ts';

/** Whole numbers from `min` to `max`, neither below zero, as decimal texts without leading zeros. */
export function naturalsBetween(min: bigint, max: bigint): RegexTree {
  if (min > max) return choice();
  const [low, high] = [min.toString(), max.toString()];
  if (low.length === high.length) return between(low, high);
  const lowest = `1${'0'.repeat(high.length - 1)}`;
  const options = [between(low, '9'.repeat(low.length)), between(lowest, high)];
  if (high.length > low.length + 1) {
    options.push(sequence(digitBetween(1, 9), digitsOf(low.length, high.length - 2)));
  }
  return choice(...options);
}

/** Texts of digits from one to another that is as long. */
function between(from: string, to: string): RegexTree {
  if (from === '') return empty;
  const [low, high, rest] = [Number(from[0]), Number(to[0]), from.length - 1];
  const isWhole = /^0*$/.test(from.slice(1)) && /^9*$/.test(to.slice(1));
  if (isWhole) return sequence(digitBetween(low, high), digitsOf(rest));
  if (low === high) return sequence(digitBetween(low, low), between(from.slice(1), to.slice(1)));
  return choice(
    sequence(digitBetween(low, low), atLeast(from.slice(1))),
    sequence(digitBetween(low + 1, high - 1), digitsOf(rest)),
    sequence(digitBetween(high, high), atMost(to.slice(1))),
  );
}

function atLeast(bound: string): RegexTree {
  if (/^0*$/.test(bound)) return digitsOf(bound.length);
  const first = Number(bound[0]);
  return choice(
    sequence(digitBetween(first, first), atLeast(bound.slice(1))),
    sequence(digitBetween(first + 1, 9), digitsOf(bound.length - 1)),
  );
}

function atMost(bound: string): RegexTree {
  if (/^9*$/.test(bound)) return digitsOf(bound.length);
  const first = Number(bound[0]);
  return choice(
    sequence(digitBetween(first, first), atMost(bound.slice(1))),
    sequence(digitBetween(0, first - 1), digitsOf(bound.length - 1)),
  );
}

/** A bound of a number without its sign. */
export interface Bound {
  readonly whole: string;
  readonly fraction: string;
  readonly isExclusive: boolean;
}

/** Digits of a fraction beyond those of a bound. Each takes states of its own; nobody means more of them. */
const moreDigits = 9;

const most = 10n ** BigInt(integerDigits) - 1n;
const anyFraction = choice(empty, sequence(text('.'), digitsOf(1, moreDigits)));

/** Numbers without sign or exponent that are at least a bound. */
export function decimalsFrom({ whole, fraction, isExclusive }: Bound): RegexTree {
  const greater = naturalsBetween(BigInt(whole) + 1n, most);
  return choice(sequence(greater, anyFraction), sequence(text(whole), fractionFrom(fraction, isExclusive)));
}

/** Numbers without sign or exponent that are at most a bound. */
export function decimalsTo({ whole, fraction, isExclusive }: Bound): RegexTree {
  const options = [sequence(text(whole), fractionTo(fraction, isExclusive))];
  if (BigInt(whole) > 0n) options.push(sequence(naturalsBetween(0n, BigInt(whole) - 1n), anyFraction));
  return choice(...options);
}

/** Numbers between two bounds whose whole parts differ; undefined where they do not: the fractions then meet. */
export function decimalsBetween(low: Bound, high: Bound): RegexTree | undefined {
  const [from, to] = [BigInt(low.whole), BigInt(high.whole)];
  if (from >= to) return undefined;
  const options = [
    sequence(text(low.whole), fractionFrom(low.fraction, low.isExclusive)),
    sequence(text(high.whole), fractionTo(high.fraction, high.isExclusive)),
  ];
  if (to - from > 1n) options.push(sequence(naturalsBetween(from + 1n, to - 1n), anyFraction));
  return choice(...options);
}

function fractionFrom(bound: string, isExclusive: boolean): RegexTree {
  const digit = digitsOf(0, moreDigits);
  const zeros = repeat(digitBetween(0, 0), 0, moreDigits);
  const longer = sequence(zeros, digitBetween(1, 9), digit);
  const options = Array.from(bound, (c, at) =>
    sequence(text(`.${bound.slice(0, at)}`), digitBetween(Number(c) + 1, 9), digit),
  );
  if (bound === '') options.push(isExclusive ? sequence(text('.'), longer) : anyFraction);
  else options.push(sequence(text(`.${bound}`), isExclusive ? longer : digit));
  return choice(...options);
}

function fractionTo(bound: string, isExclusive: boolean): RegexTree {
  const zeros = repeat(digitBetween(0, 0), 0, moreDigits);
  if (bound === '') {
    return isExclusive ? choice() : choice(empty, sequence(text('.'), digitBetween(0, 0), zeros));
  }
  const digit = digitsOf(0, moreDigits);
  const options = Array.from(bound, (c, at) => {
    const less = sequence(digitBetween(0, Number(c) - 1), digit);
    // A proper beginning of the bound's fraction is less than all of it.
    return sequence(text(`.${bound.slice(0, at)}`), at === 0 ? less : choice(empty, less));
  });
  if (!isExclusive) options.push(sequence(text(`.${bound}`), zeros));
  return choice(empty, ...options);
}
