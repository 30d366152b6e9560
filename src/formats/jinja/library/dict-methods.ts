import { fail } from '../jinja-error.ts';
import { chargeKey, Dict } from '../values/dict.ts';
import { Tuple, type Value } from '../values/value.ts';
import { taking, type Native, type NativeTable } from './native.ts';

/** The methods of Python's `dict`. Those that change it work on the template's copies. */
export const dictMethods: NativeTable<Dict> = new Map<string, Native<Dict>>([
  [
    'get',
    taking(['key', 'default'], (dict, [key, otherwise = null], { meter }) => {
      chargeKey(key, meter);
      return dict.has(key) ? dict.get(key) : otherwise;
    }),
  ],
  [
    'keys',
    taking([], (dict, _, { meter }) => {
      meter.step(dict.size);
      return dict.keys();
    }),
  ],
  [
    'values',
    taking([], (dict, _, { meter }) => {
      meter.step(dict.size);
      return dict.values();
    }),
  ],
  [
    'items',
    taking([], (dict, _, { meter }) => {
      meter.step(dict.size);
      return pairsOf(dict);
    }),
  ],
  [
    'copy',
    taking([], (dict, _, { meter }) => {
      meter.step(dict.size);
      return new Dict(dict.entries());
    }),
  ],
  [
    'pop',
    taking(['key', 'default'], (dict, [key, otherwise], { meter }) => {
      chargeKey(key, meter);
      if (!dict.has(key)) return otherwise === undefined ? fail('the dict has no such key to pop') : otherwise;
      const value = dict.get(key);
      dict.delete(key);
      return value;
    }),
  ],
  [
    'setdefault',
    taking(['key', 'default'], (dict, [key, otherwise = null], { meter }) => {
      chargeKey(key, meter);
      if (!dict.has(key)) dict.set(key, otherwise);
      return dict.get(key);
    }),
  ],
  [
    'update',
    (dict, { positional, named }, { meter }) => {
      for (const other of positional) {
        if (!(other instanceof Dict)) return fail('update needs a dict');
        meter.step(other.size);
        for (const [key, value] of other.entries()) dict.set(key, value);
      }
      for (const [key, value] of named) dict.set(key, value);
      return null;
    },
  ],
  [
    'clear',
    taking([], (dict) => {
      dict.clear();
      return null;
    }),
  ],
]);

/** Keys with their values, as tuples. */
export function pairsOf(dict: Dict): Value[] {
  return dict.entries().map((pair) => new Tuple(pair));
}
