import { fail } from '../jinja-error.ts';
import { calculate } from '../values/arithmetic.ts';
import { lengthOf } from '../values/characters.ts';
import { Dict } from '../values/dict.ts';
import { iterate } from '../values/iterate.ts';
import { toText } from '../values/python-text.ts';
import { typeName } from '../values/type-name.ts';
import { Namespace, type Value } from '../values/value.ts';
import { attributePath } from './attribute-path.ts';
import { pairsOf } from './dict-methods.ts';
import { countArgument, readText, taking, type Native, type Runtime } from './native.ts';

/** Filters over lists, tuples, dicts and texts. What is undefined counts as empty. */
export const sequenceFilters: readonly (readonly [string, Native])[] = [
  ['length', taking([], length)],
  ['count', taking([], length)],
  ['list', taking([], (value, _, { meter }) => [...iterate(value, meter)])],
  ['first', taking([], (value, _, { meter }) => iterate(value, meter)[0])],
  ['last', taking([], (value, _, { meter }) => iterate(value, meter).at(-1))],
  ['random', () => fail('random chooses by chance, and a prompt is made without')],
  ['reverse', taking([], reverse)],
  ['join', taking(['d', 'attribute'], join)],
  ['sum', taking(['attribute', 'start'], sum)],
  ['items', taking([], items)],
  ['batch', taking(['linecount', 'fill_with'], batch)],
  ['slice', taking(['slices', 'fill_with'], slice)],
];

function length(value: Value, _: readonly Value[], runtime: Runtime): bigint {
  if (typeof value === 'string') return BigInt(lengthOf(readText(value, runtime)));
  if (value instanceof Dict) return BigInt(value.size);
  if (value instanceof Namespace || value === null) return fail(`${typeName(value)} has no length`);
  return BigInt(iterate(value, runtime.meter).length);
}

function reverse(value: Value, _: readonly Value[], { meter }: Runtime): Value {
  if (typeof value !== 'string') return iterate(value, meter).toReversed();
  meter.characters(value.length);
  return Array.from(value).toReversed().join('');
}

function join(value: Value, [separator, attribute]: readonly Value[], { meter }: Runtime): string {
  const between = toText(separator, meter);
  const read = attributePath(attribute, meter);
  let total = 0;
  const parts = iterate(value, meter).map((element) => {
    const part = toText(read(element), meter);
    total += part.length + between.length;
    meter.fits(total - between.length);
    return part;
  });
  const joined = parts.join(between);
  meter.text(joined.length);
  return joined;
}

function sum(value: Value, [attribute, start]: readonly Value[], { meter }: Runtime): Value {
  const read = attributePath(attribute, meter);
  return iterate(value, meter).reduce<Value>(
    (total, element) => calculate('+', total, read(element), meter),
    start ?? 0n,
  );
}

function items(value: Value, _: readonly Value[], { meter }: Runtime): Value {
  if (value === undefined) return [];
  if (!(value instanceof Dict)) return fail(`${typeName(value)} has no items`);
  meter.step(value.size);
  return pairsOf(value);
}

/** Rows of so many elements, the last one filled up when something is given to fill it with. */
function batch(value: Value, [count, filler]: readonly Value[], { meter }: Runtime): Value {
  const size = Math.max(1, countArgument(count, 1));
  const elements = iterate(value, meter);
  const rows = Array.from({ length: Math.ceil(elements.length / size) }, (_, row) =>
    elements.slice(row * size, (row + 1) * size),
  );
  return rows.map((row) => filled(row, filler === undefined || filler === null ? row.length : size, filler, meter));
}

/** So many columns of as equal length as can be. */
function slice(value: Value, [count, filler]: readonly Value[], { meter }: Runtime): Value {
  const columns = Math.max(1, countArgument(count, 1));
  meter.step(columns);
  const elements = iterate(value, meter);
  const [each, longer] = [Math.floor(elements.length / columns), elements.length % columns];
  return Array.from({ length: columns }, (_, column) => {
    const start = column * each + Math.min(column, longer);
    const taken = elements.slice(start, start + each + (column < longer ? 1 : 0));
    const isFilled = filler !== undefined && filler !== null && longer > 0;
    return filled(taken, isFilled ? each + 1 : taken.length, filler, meter);
  });
}

function filled(row: readonly Value[], size: number, filler: Value, meter: Runtime['meter']): Value[] {
  const missing = Math.max(0, size - row.length);
  meter.step(row.length + missing);
  return [...row, ...Array.from({ length: missing }, () => filler)];
}
