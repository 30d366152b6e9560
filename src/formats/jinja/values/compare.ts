import { fail } from '../jinja-error.ts';
import type { Meter } from '../meter.ts';
import { chargeKey, Dict } from './dict.ts';
import { asNumber } from './numbers.ts';
import { typeName } from './type-name.ts';
import { elementsOf, isSequence, Namespace, Tuple, type Value } from './value.ts';

/** Python's `==`: 1, 1.0 and True are equal, a list never equals a tuple. */
export function isEqual(left: Value, right: Value, meter: Meter): boolean {
  meter.step();
  if (typeof left === 'string' && typeof right === 'string') {
    if (left.length === right.length) meter.text(left.length);
    return left === right;
  }
  const [a, b] = [asNumber(left), asNumber(right)];
  if (a !== undefined && b !== undefined) return !(a < b) && !(a > b) && a === a && b === b;
  if (left instanceof Dict && right instanceof Dict) {
    return (
      left.size === right.size &&
      left.entries().every(([key, value]) => right.has(key) && isEqual(value, right.get(key), meter))
    );
  }
  if (isSequence(left) && isSequence(right) && left instanceof Tuple === right instanceof Tuple) {
    const [ours, theirs] = [elementsOf(left), elementsOf(right)];
    return ours.length === theirs.length && ours.every((item, at) => isEqual(item, theirs[at], meter));
  }
  return left === right;
}

/** Python's order: negative when the left one comes first. Values of different kinds have none. */
export function order(left: Value, right: Value, meter: Meter): number {
  meter.step();
  const [a, b] = [asNumber(left), asNumber(right)];
  if (a !== undefined && b !== undefined) return a < b ? -1 : a > b ? 1 : 0;
  if (typeof left === 'string' && typeof right === 'string') {
    meter.text(Math.min(left.length, right.length));
    return left < right ? -1 : left > right ? 1 : 0;
  }
  if (isSequence(left) && isSequence(right) && left instanceof Tuple === right instanceof Tuple) {
    const [ours, theirs] = [elementsOf(left), elementsOf(right)];
    for (let at = 0; at < Math.min(ours.length, theirs.length); at++) {
      const difference = order(ours[at], theirs[at], meter);
      if (difference !== 0) return difference;
    }
    return ours.length - theirs.length;
  }
  return fail(`${typeName(left)} and ${typeName(right)} have no order`);
}

/** Python's `in`. Nothing is in what is undefined. */
export function contains(container: Value, item: Value, meter: Meter): boolean {
  if (typeof container === 'string') {
    if (typeof item !== 'string') return fail(`text cannot contain a value of another kind (${typeName(item)})`);
    meter.text(container.length);
    return container.includes(item);
  }
  if (isSequence(container)) return elementsOf(container).some((element) => isEqual(element, item, meter));
  if (container instanceof Dict) {
    chargeKey(item, meter);
    return container.has(item);
  }
  if (container instanceof Namespace) return typeof item === 'string' && container.attributes.has(item);
  return container === undefined ? false : fail(`${typeName(container)} contains nothing`);
}
