import { fail } from '../jinja-error.ts';
import type { Meter } from '../meter.ts';
import { order } from '../values/compare.ts';
import { chargeKey, Dict } from '../values/dict.ts';
import { iterate } from '../values/iterate.ts';
import { isTrue } from '../values/truth.ts';
import { typeName } from '../values/type-name.ts';
import { Tuple, type Value } from '../values/value.ts';
import { attributePath } from './attribute-path.ts';
import { pairsOf } from './dict-methods.ts';
import { taking, type Native, type Runtime } from './native.ts';

/** Filters that compare elements with each other. Text is compared without regard to case unless told otherwise. */
export const orderFilters: readonly (readonly [string, Native])[] = [
  ['sort', taking(['reverse', 'case_sensitive', 'attribute'], sort)],
  ['dictsort', taking(['case_sensitive', 'by', 'reverse'], dictsort)],
  ['unique', taking(['case_sensitive', 'attribute'], unique)],
  ['min', taking(['case_sensitive', 'attribute'], extreme(-1))],
  ['max', taking(['case_sensitive', 'attribute'], extreme(1))],
  ['groupby', taking(['attribute', 'default', 'case_sensitive'], groupby)],
];

type Reader = (element: Value) => Value;

function keyOf(attribute: Value, isCaseSensitive: Value, meter: Meter, otherwise?: Value): Reader {
  const read = attributePath(attribute, meter, otherwise);
  return (element) => {
    const key = read(element);
    if (typeof key !== 'string' || isTrue(isCaseSensitive)) return key;
    meter.text(key.length);
    return key.toLowerCase();
  };
}

/** Keys are read once each; equal ones keep their order, also when reversed. */
function sorted(elements: readonly Value[], key: Reader, isReversed: boolean, meter: Meter): Value[] {
  const direction = isReversed ? -1 : 1;
  return elements
    .map((element) => ({ element, key: key(element) }))
    .toSorted((a, b) => direction * order(a.key, b.key, meter))
    .map(({ element }) => element);
}

function sort(value: Value, [reverse, isCaseSensitive, attribute]: readonly Value[], { meter }: Runtime): Value {
  const names = typeof attribute === 'string' ? attribute.split(',').map((name) => name.trim()) : [attribute];
  const keys = names.map((name) => keyOf(name, isCaseSensitive, meter));
  const key: Reader = (element) =>
    keys.length === 1 ? keys[0]?.(element) : new Tuple(keys.map((read) => read(element)));
  return sorted(iterate(value, meter), key, isTrue(reverse), meter);
}

function dictsort(value: Value, [isCaseSensitive, by, reverse]: readonly Value[], { meter }: Runtime): Value {
  if (value === undefined) return [];
  if (!(value instanceof Dict)) return fail(`dictsort needs a dict, not ${typeName(value)}`);
  if (by !== undefined && by !== 'key' && by !== 'value') return fail('dictsort sorts by `key` or by `value`');
  return sorted(pairsOf(value), keyOf(by === 'value' ? 1n : 0n, isCaseSensitive, meter), isTrue(reverse), meter);
}

function unique(value: Value, [isCaseSensitive, attribute]: readonly Value[], { meter }: Runtime): Value {
  const key = keyOf(attribute, isCaseSensitive, meter);
  const seen = new Dict();
  return iterate(value, meter).filter((element) => {
    meter.step();
    const known = key(element);
    chargeKey(known, meter);
    const isNew = !seen.has(known);
    if (isNew) seen.set(known, true);
    return isNew;
  });
}

function extreme(direction: 1 | -1) {
  return (value: Value, [isCaseSensitive, attribute]: readonly Value[], { meter }: Runtime): Value => {
    const key = keyOf(attribute, isCaseSensitive, meter);
    const [first, ...others] = iterate(value, meter);
    let best = first;
    for (const element of others) if (direction * order(key(element), key(best), meter) > 0) best = element;
    return best;
  };
}

function groupby(value: Value, [attribute, otherwise, isCaseSensitive]: readonly Value[], { meter }: Runtime): Value {
  const key = keyOf(attribute, isCaseSensitive, meter, otherwise);
  const groups: { readonly key: Value; readonly elements: Value[] }[] = [];
  for (const element of sorted(iterate(value, meter), key, false, meter)) {
    const last = groups.at(-1);
    if (last && order(key(element), last.key, meter) === 0) last.elements.push(element);
    else groups.push({ key: key(element), elements: [element] });
  }
  // A group is named as its first element is, whatever the case of others.
  const name = attributePath(attribute, meter, otherwise);
  return groups.map(({ elements }) => new Tuple([name(elements[0]), elements], ['grouper', 'list']));
}
