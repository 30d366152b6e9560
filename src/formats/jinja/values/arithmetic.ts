import { fail, JinjaError } from '../jinja-error.ts';
import type { Meter } from '../meter.ts';
import type { BinaryOperator } from '../syntax/syntax-tree.ts';
import { asCount, asNumber } from './numbers.ts';
import { toText } from './python-text.ts';
import { typeName } from './type-name.ts';
import { elementsOf, isSequence, Tuple, type Value } from './value.ts';

/** Integers beyond this are of no use in a prompt, and cost more with every digit. */
const mostBits = 8192;

/** What a binary operator gives for two values, as in Python. */
export function calculate(operator: BinaryOperator, left: Value, right: Value, meter: Meter): Value {
  if (operator === '~') return concatenate(toText(left, meter), toText(right, meter), meter);
  const [a, b] = [asNumber(left), asNumber(right)];
  if (a !== undefined && b !== undefined) return ofNumbers(operator, a, b);
  if (operator === '+') {
    if (typeof left === 'string' && typeof right === 'string') return concatenate(left, right, meter);
    if (isSequence(left) && isSequence(right) && left instanceof Tuple === right instanceof Tuple) {
      const items = [...elementsOf(left), ...elementsOf(right)];
      meter.step(items.length);
      return left instanceof Tuple ? new Tuple(items) : items;
    }
  }
  if (operator === '*') {
    const repeated = repeat(left, asCount(right), meter) ?? repeat(right, asCount(left), meter);
    if (repeated !== undefined) return repeated;
  }
  return fail(`cannot use ${operator} with ${typeName(left)} and ${typeName(right)}`);
}

export function negate(value: Value): Value {
  const number = asNumber(value);
  return number === undefined ? fail(`cannot use - with ${typeName(value)}`) : -number;
}

/** Only the length of the result counts: JavaScript joins long texts without copying them. */
function concatenate(left: string, right: string, meter: Meter): string {
  meter.fits(left.length + right.length);
  return left + right;
}

function repeat(value: Value, count: number | undefined, meter: Meter): Value {
  if (count === undefined) return undefined;
  const times = Math.max(0, count);
  if (typeof value === 'string') {
    meter.text(value.length * times);
    return value.repeat(times);
  }
  if (!isSequence(value)) return undefined;
  const elements = elementsOf(value);
  meter.step(elements.length * times);
  const items = Array.from({ length: elements.length * times }, (_, at) => elements[at % elements.length]);
  return value instanceof Tuple ? new Tuple(items) : items;
}

function ofNumbers(operator: BinaryOperator, a: bigint | number, b: bigint | number): Value {
  if ((operator === '/' || operator === '//' || operator === '%') && Number(b) === 0) return fail('division by zero');
  if (typeof a === 'bigint' && typeof b === 'bigint') return ofIntegers(operator, a, b);
  return ofFloats(operator, Number(a), Number(b));
}

function ofIntegers(operator: BinaryOperator, a: bigint, b: bigint): Value {
  switch (operator) {
    case '+':
      return bounded(a, 1) + bounded(b, 1);
    case '-':
      return bounded(a, 1) - bounded(b, 1);
    case '*':
      return bounded(a, bitsOf(b)) * b;
    case '/':
      return Number(a) / Number(b);
    case '//':
      return (a - modulo(a, b)) / b;
    case '%':
      return modulo(a, b);
    default:
      if (b < 0n) return a === 0n ? fail('division by zero') : Number(a) ** Number(b);
      if (bitsOf(a) > 1) bounded(a, (Number(b) - 1) * bitsOf(a));
      return a ** b;
  }
}

function ofFloats(operator: BinaryOperator, a: number, b: number): Value {
  const remainder = a % b;
  const floored = remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder;
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '//':
      return Math.floor(a / b);
    case '%':
      return floored;
    default:
      return a ** b;
  }
}

/** The remainder has the sign of the divisor. */
function modulo(a: bigint, b: bigint): bigint {
  const remainder = a % b;
  return remainder !== 0n && remainder < 0n !== b < 0n ? remainder + b : remainder;
}

function bitsOf(value: bigint): number {
  if (value >= -1n && value <= 1n) return 1;
  return value.toString(16).length * 4;
}

/** The value, if a result with so many bits more may exist. */
function bounded(value: bigint, moreBits: number): bigint {
  if (bitsOf(value) + moreBits > mostBits) throw new JinjaError('limit', 'The template makes integers too large.');
  return value;
}
