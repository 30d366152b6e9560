import { addAutomaton } from './automaton-rules.ts';
import { both, explore, minimised, TooManyStates, type Automaton } from './automaton.ts';
import { charClass } from './char-class.ts';
import { charactersOf } from './char-set.ts';
import { compileWhole } from './compile-regex.ts';
import { decimalOf } from './decimal.ts';
import { addInteger, addNumber, integerDigits } from './json-text.ts';
import type { Budget } from './limits.ts';
import { decimalsBetween, decimalsFrom, decimalsTo, naturalsBetween, type Bound } from './number-trees.ts';
import { boundsOf, type NumberBounds } from './number-bounds.ts';
import { choice, sequence, text, type RegexTree } from './regex-tree.ts';
import type { Branch, Nodes, Translation } from './schema-node.ts';
import { addTree } from './tree-rules.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

const most = 10n ** BigInt(integerDigits) - 1n;
/** What doubles hold exactly: whether something is a multiple must not depend on rounding. */
const mostMultiple = 10n ** 15n - 1n;
/** Larger divisors would make an automaton of as many states. */
const largestDivisor = 200;

/** Whole numbers: exactly those within the bounds, of up to 19 digits. */
export function integers(nodes: Nodes, translation: Translation): Branch {
  return shared('integer', boundsOf(nodes), translation, integersWithin);
}

/** Numbers with a fraction: without an exponent, where there are bounds. */
export function numbers(nodes: Nodes, translation: Translation): Branch {
  return shared('number', boundsOf(nodes), translation, numbersWithin);
}

/** Properties with the same bounds share their rules; relaxed divisors are noted for each. */
function shared(
  type: string,
  bounds: NumberBounds,
  translation: Translation,
  write: (bounds: NumberBounds, translation: Translation) => Branch,
): Branch {
  if (bounds.divisors.length > 0) return write(bounds, translation);
  const key = JSON.stringify([type, bounds.low, bounds.high]);
  const create = () => translation.builder.add(type, write(bounds, translation).body);
  return { body: translation.builder.shared(key, create), needs: [] };
}

function integersWithin(bounds: NumberBounds, translation: Translation): Branch {
  const divisor = wholeDivisor(bounds, translation);
  const low = bounds.low && wholeBound(bounds.low.value, bounds.low.isExclusive, 1n);
  const high = bounds.high && wholeBound(bounds.high.value, bounds.high.isExclusive, -1n);
  if (low === undefined && high === undefined && divisor === undefined) {
    return { body: addInteger(translation.builder), needs: [] };
  }
  const largest = divisor === undefined ? most : mostMultiple;
  const min = low ?? -largest;
  const max = high ?? largest;
  if (min > max) throw new UnsupportedSchema(bounds.keyword, bounds.path, 'no whole number is within its bounds.');
  return branch(divisor === undefined ? undefined : (budget) => multiplesOf(divisor, budget));

  function branch(filter: ((budget: Budget) => Automaton) | undefined): Branch {
    try {
      return { body: addNumberRules(translation, integersBetween(min, max), filter, bounds.path), needs: [] };
    } catch (failure) {
      if (!(failure instanceof TooManyStates) || filter === undefined) throw failure;
      translation.relax('multipleOf', bounds.divisors[0]?.path ?? bounds.path);
      return branch(undefined);
    }
  }
}

function numbersWithin(bounds: NumberBounds, translation: Translation): Branch {
  const [divisor] = bounds.divisors;
  const unit = divisor === undefined ? undefined : decimalUnit(divisor.value);
  if (divisor !== undefined && unit === undefined) {
    if (Number.isInteger(divisor.value)) return integersWithin(bounds, translation);
    translation.relax('multipleOf', divisor.path);
  }
  for (const other of bounds.divisors.slice(1)) translation.relax('multipleOf', other.path);
  const { low, high } = bounds;
  if (low === undefined && high === undefined && unit === undefined) {
    return { body: addNumber(translation.builder), needs: [] };
  }
  const isContradiction =
    low !== undefined &&
    high !== undefined &&
    (low.value > high.value || (low.value === high.value && (low.isExclusive || high.isExclusive)));
  if (isContradiction) throw new UnsupportedSchema(bounds.keyword, bounds.path, 'no number is within its bounds.');
  const positive = magnitudes(low?.value ?? 0, low?.isExclusive ?? false, high?.value, high?.isExclusive ?? false);
  // Below zero the bounds change places; zero itself is written without a sign.
  const negative = magnitudes(
    -(high?.value ?? 0),
    high?.isExclusive ?? false,
    low && -low.value,
    low?.isExclusive ?? false,
    true,
  );
  const alternatives = [positive, negative].flatMap((range, at) => {
    const body = range && (unit === undefined ? addRange(range, translation) : addMultiples(range, unit, translation));
    return body === undefined ? [] : [`${at === 0 ? '' : '"-" '}${body}`];
  });
  if (alternatives.length === 0) {
    throw new UnsupportedSchema(bounds.keyword, bounds.path, 'no number that can be written is within its bounds.');
  }
  return { body: alternatives.join(' | '), needs: [] };
}

function integersBetween(min: bigint, max: bigint): RegexTree {
  const options: RegexTree[] = [];
  const [low, high] = [min < -most ? -most : min, max > most ? most : max];
  if (high >= 0n) options.push(naturalsBetween(low > 0n ? low : 0n, high));
  if (low < 0n) options.push(sequence(text('-'), naturalsBetween(high < 0n ? -high : 1n, -low)));
  return choice(...options);
}

function wholeBound(value: number, isExclusive: boolean, inward: bigint): bigint {
  const whole = BigInt(inward > 0n ? Math.ceil(value) : Math.floor(value));
  return isExclusive && Number(whole) === value ? whole + inward : whole;
}

/** The least common multiple of the divisors where it is a small whole number; others are relaxed. */
function wholeDivisor(bounds: NumberBounds, translation: Translation): number | undefined {
  let divisor = 1;
  for (const { value, path } of bounds.divisors) {
    // Every whole number is a multiple of 0.1 or 0.5.
    if (Number.isInteger(1 / value)) continue;
    let [a, b] = [divisor, value];
    while (b > 0) [a, b] = [b, a % b];
    const multiple = (divisor / a) * value;
    if (Number.isInteger(value) && multiple <= largestDivisor) divisor = multiple;
    else translation.relax('multipleOf', path);
  }
  return divisor === 1 ? undefined : divisor;
}

function multiplesOf(divisor: number, budget: Budget): Automaton {
  const remainders = explore<number | 'start'>(
    'start',
    {
      key: String,
      accepts: (remainder) => remainder === 0,
      *edges(remainder) {
        if (remainder === 'start') yield { set: [[0x2d, 0x2d]], to: 'start' };
        for (let digit = 0; digit < 10; digit++) {
          const to = ((remainder === 'start' ? 0 : remainder) * 10 + digit) % divisor;
          yield { set: [[0x30 + digit, 0x30 + digit]], to };
        }
      },
    },
    budget,
  );
  // Often few: for multiples of 100 it matters only how many zeros there are at the end.
  return minimised(remainders, budget);
}

/** A divisor that is no whole number, as a small count of a decimal place: 0.25 is 25 of the second. */
interface DecimalUnit {
  readonly count: number;
  readonly places: number;
}

function decimalUnit(divisor: number): DecimalUnit | undefined {
  const { whole, fraction } = decimalOf(divisor);
  const count = Number(whole + fraction);
  const isSmall = fraction.length > 0 && fraction.length <= 15 && count <= largestDivisor;
  return isSmall ? { count, places: fraction.length } : undefined;
}

/** Decimal numbers that are multiples, with no more places than the divisor has. */
function decimalMultiples({ count, places }: DecimalUnit, budget: Budget): Automaton {
  // The remainder of what was read in units of its last place, and how many places that were; −1 before the point.
  const states = explore<readonly [remainder: number, place: number]>(
    [0, -1],
    {
      key: ([remainder, place]) => `${remainder},${place}`,
      accepts: ([remainder, place]) => place !== 0 && (remainder * 10 ** (places - Math.max(0, place))) % count === 0,
      *edges([remainder, place]) {
        if (place === -1) yield { set: charactersOf('.'), to: [remainder, 0] as const };
        if (place === places) return;
        for (let digit = 0; digit < 10; digit++) {
          const next = (remainder * 10 + digit) % count;
          yield { set: [[0x30 + digit, 0x30 + digit]], to: [next, place < 0 ? -1 : place + 1] as const };
        }
      },
    },
    budget,
  );
  return states.length > 300 ? states : minimised(states, budget);
}

/** Numbers without sign, from one bound to another. */
interface Range {
  readonly from: Bound;
  readonly to: Bound | undefined;
}

/** The numbers without sign within bounds; a bound below zero does not bound them, or leaves none. */
function magnitudes(
  low: number,
  isLowExclusive: boolean,
  high: number | undefined,
  isHighExclusive: boolean,
  isNonzero = false,
): Range | undefined {
  if (high !== undefined && (high < 0 || (high === 0 && (isHighExclusive || isNonzero)))) return undefined;
  const bound = (value: number, isExclusive: boolean): Bound => ({ ...decimalOf(value), isExclusive });
  return {
    from: low > 0 ? bound(low, isLowExclusive) : bound(0, isNonzero || (low === 0 && isLowExclusive)),
    to: high !== undefined && high < Number(most) ? bound(high, isHighExclusive) : undefined,
  };
}

function addRange({ from, to }: Range, translation: Translation): string | undefined {
  const tree = to === undefined ? decimalsFrom(from) : decimalsBetween(from, to);
  translation.budget.spend(2500);
  if (tree !== undefined) return addTree(translation.builder, 'num', tree);
  const automaton = rangeAutomaton({ from, to }, translation.budget);
  return automaton.length === 0 ? undefined : emit(translation, automaton);
}

function addMultiples(range: Range, unit: DecimalUnit, translation: Translation): string | undefined {
  const { budget } = translation;
  const automaton = both(decimalMultiples(unit, budget), rangeAutomaton(range, budget), budget);
  return automaton.length === 0 ? undefined : emit(translation, automaton);
}

function rangeAutomaton({ from, to }: Range, budget: Budget): Automaton {
  const low = compileWhole(decimalsFrom(from), budget);
  return to === undefined ? low : both(low, compileWhole(decimalsTo(to), budget), budget);
}

function addNumberRules(
  translation: Translation,
  tree: RegexTree,
  filter: ((budget: Budget) => Automaton) | undefined,
  path: string,
): string {
  const { budget } = translation;
  const range = compileWhole(tree, budget);
  const automaton = filter === undefined ? range : both(range, filter(budget), budget);
  if (automaton.length === 0) throw new UnsupportedSchema('multipleOf', path, 'no multiple is within the bounds.');
  return emit(translation, automaton);
}

function emit(translation: Translation, automaton: Automaton): string {
  const { builder } = translation;
  return addAutomaton(builder, 'num', automaton, { spell: (set) => [charClass(set)], end: '""' });
}
