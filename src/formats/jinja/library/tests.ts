import type { Meter } from '../meter.ts';
import { calculate } from '../values/arithmetic.ts';
import { contains, isEqual, order } from '../values/compare.ts';
import { Dict } from '../values/dict.ts';
import { asNumber } from '../values/numbers.ts';
import { HostObject, isSequence, type Value } from '../values/value.ts';
import { filters } from './filters.ts';
import { taking, type Native, type NativeTable } from './native.ts';

type Test = Native<Value, boolean>;

const kind = (holds: (value: Value) => boolean): Test => taking([], (value) => holds(value));

const compared = (holds: (value: Value, other: Value, meter: Meter) => boolean): Test =>
  taking(['other'], (value, [other], { meter }) => holds(value, other, meter));

const isEqualTo = compared(isEqual);
const differs = compared((value, other, meter) => !isEqual(value, other, meter));
const isLess = compared((value, other, meter) => order(value, other, meter) < 0);
const isLessOrEqual = compared((value, other, meter) => order(value, other, meter) <= 0);
const isGreater = compared((value, other, meter) => order(value, other, meter) > 0);
const isGreaterOrEqual = compared((value, other, meter) => order(value, other, meter) >= 0);

/** What is undefined can be gone through, and is empty. */
const isIterable = kind(
  (value) => value === undefined || typeof value === 'string' || isSequence(value) || value instanceof Dict,
);

function hasRemainder(value: Value, divisor: Value, remainder: number, meter: Meter): boolean {
  return isEqual(calculate('%', value, divisor, meter), BigInt(remainder), meter);
}

/** Every test by its name, as in `value is odd`. */
export const tests: NativeTable<Value, boolean> = new Map<string, Test>([
  ['defined', kind((value) => value !== undefined)],
  ['undefined', kind((value) => value === undefined)],
  ['none', kind((value) => value === null)],
  ['None', kind((value) => value === null)],
  ['true', kind((value) => value === true)],
  ['false', kind((value) => value === false)],
  ['boolean', kind((value) => typeof value === 'boolean')],
  ['integer', kind((value) => typeof value === 'bigint')],
  ['float', kind((value) => typeof value === 'number')],
  ['number', kind((value) => asNumber(value) !== undefined)],
  ['string', kind((value) => typeof value === 'string')],
  ['mapping', kind((value) => value instanceof Dict)],
  ['iterable', isIterable],
  ['sequence', isIterable],
  ['callable', kind((value) => value instanceof HostObject && value.call !== undefined)],
  ['odd', taking([], (value, _, { meter }) => hasRemainder(value, 2n, 1, meter))],
  ['even', taking([], (value, _, { meter }) => hasRemainder(value, 2n, 0, meter))],
  ['divisibleby', compared((value, divisor, meter) => hasRemainder(value, divisor, 0, meter))],
  [
    'lower',
    kind((value) => typeof value === 'string' && value === value.toLowerCase() && value !== value.toUpperCase()),
  ],
  [
    'upper',
    kind((value) => typeof value === 'string' && value === value.toUpperCase() && value !== value.toLowerCase()),
  ],
  ['in', compared((value, container, meter) => contains(container, value, meter))],
  ['sameas', compared((value, other) => Object.is(value, other))],
  ['filter', kind((value) => typeof value === 'string' && filters.has(value))],
  ['test', kind((value) => typeof value === 'string' && tests.has(value))],
  ...(['eq', 'equalto', '=='] as const).map((name) => [name, isEqualTo] as const),
  ...(['ne', '!='] as const).map((name) => [name, differs] as const),
  ...(['lt', 'lessthan', '<'] as const).map((name) => [name, isLess] as const),
  ...(['le', '<='] as const).map((name) => [name, isLessOrEqual] as const),
  ...(['gt', 'greaterthan', '>'] as const).map((name) => [name, isGreater] as const),
  ...(['ge', '>='] as const).map((name) => [name, isGreaterOrEqual] as const),
]);
