import { fail } from '../jinja-error.ts';
import type { Meter } from '../meter.ts';
import { Dict } from './dict.ts';
import { typeName } from './type-name.ts';
import { elementsOf, isSequence, type Value } from './value.ts';

/** What a loop over a value goes through: elements, keys or characters. What is undefined is empty. */
export function iterate(value: Value, meter: Meter): readonly Value[] {
  if (value === undefined) return [];
  if (typeof value === 'string') {
    meter.characters(value.length);
    return Array.from(value);
  }
  const items = isSequence(value)
    ? elementsOf(value)
    : value instanceof Dict
      ? value.keys()
      : fail(`cannot go through ${typeName(value)}`);
  meter.elements(items.length);
  return items;
}
