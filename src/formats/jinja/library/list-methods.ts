import { fail } from '../jinja-error.ts';
import { isEqual } from '../values/compare.ts';
import { iterate } from '../values/iterate.ts';
import { elementsOf, type Tuple, type Value } from '../values/value.ts';
import { countArgument, taking, type Native, type NativeTable, type Runtime } from './native.ts';

function placeOf(items: readonly Value[], wanted: Value, { meter }: Runtime): number {
  const at = items.findIndex((item) => isEqual(item, wanted, meter));
  return at < 0 ? fail('the list has no such element') : at;
}

/** What lists and tuples can be asked. */
export const sequenceMethods: NativeTable<Value[] | Tuple> = new Map<string, Native<Value[] | Tuple>>([
  ['index', taking(['value'], (self, [value], runtime) => BigInt(placeOf(elementsOf(self), value, runtime)))],
  [
    'count',
    taking(['value'], (self, [value], { meter }) =>
      BigInt(elementsOf(self).filter((item) => isEqual(item, value, meter)).length),
    ),
  ],
]);

/** Methods that change a list. They work on the template's copies, never on what the caller gave. */
export const listMethods: NativeTable<Value[]> = new Map<string, Native<Value[]>>([
  [
    'append',
    taking(['value'], (list, [value]) => {
      list.push(value);
      return null;
    }),
  ],
  [
    'extend',
    taking(['items'], (list, [items], { meter }) => {
      // A list may be given itself, which must not grow while it is gone through.
      const added = iterate(items, meter).slice();
      for (const item of added) list.push(item);
      return null;
    }),
  ],
  [
    'insert',
    taking(['index', 'value'], (list, [index, value], { meter }) => {
      meter.step(list.length);
      list.splice(countArgument(index, 0), 0, value);
      return null;
    }),
  ],
  [
    'pop',
    taking(['index'], (list, [index], { meter }) => {
      const at = countArgument(index, -1);
      const place = at < 0 ? at + list.length : at;
      if (place < 0 || place >= list.length) return fail('the list has nothing to pop there');
      if (at !== -1) meter.step(list.length);
      return list.splice(place, 1)[0];
    }),
  ],
  [
    'remove',
    taking(['value'], (list, [value], runtime) => {
      list.splice(placeOf(list, value, runtime), 1);
      return null;
    }),
  ],
  [
    'reverse',
    taking([], (list, _, { meter }) => {
      meter.step(list.length);
      list.reverse();
      return null;
    }),
  ],
  [
    'clear',
    taking([], (list) => {
      list.length = 0;
      return null;
    }),
  ],
  [
    'copy',
    taking([], (list, _, { meter }) => {
      meter.step(list.length);
      return [...list];
    }),
  ],
]);
