import { fail } from '../jinja-error.ts';
import { Dict } from '../values/dict.ts';
import { asNumber } from '../values/numbers.ts';
import { fixed } from '../values/fixed.ts';
import { parseJson, toJson } from '../values/json.ts';
import { toRepr } from '../values/python-text.ts';
import { readItem } from '../values/subscript.ts';
import { isTrue } from '../values/truth.ts';
import { typeName } from '../values/type-name.ts';
import { elementsOf, isSequence, type Value } from '../values/value.ts';
import { strip } from '../whitespace.ts';
import { methodOf } from './methods.ts';
import { countArgument, readText, taking, textArgument, type Native, type Runtime } from './native.ts';

/** Filters over single values: numbers, JSON, and what to show where there is nothing. */
export const valueFilters: readonly (readonly [string, Native])[] = [
  ['default', taking(['default_value', 'boolean'], byDefault)],
  ['d', taking(['default_value', 'boolean'], byDefault)],
  ['attr', taking(['name'], attribute)],
  ['abs', taking([], absolute)],
  ['int', taking(['default', 'base'], toInteger)],
  ['float', taking(['default'], toFloat)],
  ['round', taking(['precision', 'method'], round)],
  ['tojson', taking(['indent', 'separators', 'sort_keys', 'ensure_ascii'], json)],
  ['from_json', taking([], (value, _, runtime) => parseJson(readText(value, runtime), runtime.meter))],
  ['fromjson', taking([], (value, _, runtime) => parseJson(readText(value, runtime), runtime.meter))],
  ['pprint', taking([], (value, _, { meter }) => toRepr(value, meter))],
];

function byDefault(value: Value, [otherwise = '', isForFalse]: readonly Value[]): Value {
  return value === undefined || (isTrue(isForFalse) && !isTrue(value)) ? otherwise : value;
}

/** What Python's objects have under a name: methods, and no entries of a dict. */
function attribute(value: Value, [name]: readonly Value[], runtime: Runtime): Value {
  const method = methodOf(value, textArgument(name), runtime);
  return value instanceof Dict ? method : (method ?? readItem(value, textArgument(name), runtime.meter));
}

function absolute(value: Value): Value {
  const number = asNumber(value);
  if (number === undefined) return fail(`${typeName(value)} has no absolute value`);
  return number < 0 ? -number : number;
}

const digits: ReadonlyMap<number, RegExp> = new Map([
  [2, /^[-+]?(?:0b)?[01]+$/i],
  [8, /^[-+]?(?:0o)?[0-7]+$/i],
  [10, /^[-+]?\d+$/],
  [16, /^[-+]?(?:0x)?[\da-f]+$/i],
]);
const prefixes: ReadonlyMap<number, string> = new Map([
  [2, '0b'],
  [8, '0o'],
  [16, '0x'],
]);
/** Python refuses longer ones, too: reading digits takes time that grows faster than their number. */
const mostDigits = 4300;

function toInteger(value: Value, [otherwise = 0n, base]: readonly Value[], runtime: Runtime): Value {
  const number = asNumber(value);
  if (number !== undefined) return truncated(number) ?? otherwise;
  if (typeof value !== 'string') return otherwise;
  const text = strip(readText(value, runtime)).replaceAll('_', '');
  const radix = countArgument(base, 10);
  if (text.length <= mostDigits && digits.get(radix)?.test(text)) {
    const [, sign = '', size = ''] = /^([-+]?)(?:0[box](?=.))?(.*)$/i.exec(text) ?? [];
    const integer = BigInt((prefixes.get(radix) ?? '') + size);
    return sign === '-' ? -integer : integer;
  }
  return truncated(floatOf(text)) ?? otherwise;
}

function truncated(number: bigint | number | undefined): bigint | undefined {
  if (typeof number !== 'number') return number;
  return Number.isFinite(number) ? BigInt(Math.trunc(number)) : undefined;
}

function toFloat(value: Value, [otherwise = 0]: readonly Value[], runtime: Runtime): Value {
  const number = asNumber(value);
  if (number !== undefined) return Number(number);
  return (typeof value === 'string' ? floatOf(strip(readText(value, runtime))) : undefined) ?? otherwise;
}

function floatOf(written: string): number | undefined {
  // Python takes them between digits.
  const text = written.replaceAll(/(?<=\d)_(?=\d)/g, '');
  if (/^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i.test(text)) return Number(text);
  const special = /^([-+]?)(inf(?:inity)?|nan)$/i.exec(text);
  if (!special) return undefined;
  const size = special[2]?.toLowerCase() === 'nan' ? Number.NaN : Infinity;
  return special[1] === '-' ? -size : size;
}

function round(value: Value, [precision, method = 'common']: readonly Value[]): Value {
  const given = asNumber(value) ?? fail(`cannot round ${typeName(value)}`);
  const places = Math.max(-300, Math.min(100, countArgument(precision, 0)));
  if (method === 'common') return typeof given === 'bigint' ? roundInteger(given, places) : roundFloat(given, places);
  const scale = 10 ** places;
  if (method === 'ceil') return Math.ceil(Number(given) * scale) / scale;
  return method === 'floor' ? Math.floor(Number(given) * scale) / scale : fail('the method is common, ceil or floor');
}

/** Python rounds halves to the even neighbour. */
function roundInteger(number: bigint, places: number): bigint {
  if (places >= 0) return number;
  const unit = 10n ** BigInt(-places);
  const below = number - (((number % unit) + unit) % unit);
  const rest = 2n * (number - below);
  const isUp = rest > unit || (rest === unit && (below / unit) % 2n !== 0n);
  return isUp ? below + unit : below;
}

function roundFloat(number: number, places: number): number {
  if (!Number.isFinite(number)) return number;
  if (places >= 0) return Number(fixed(number, places));
  const scaled = number * 10 ** places;
  return (Math.abs(scaled % 1) === 0.5 ? 2 * Math.round(scaled / 2) : Math.round(scaled)) / 10 ** places;
}

function json(value: Value, [indent, separators, sortKeys, asciiOnly]: readonly Value[], { meter }: Runtime): string {
  const [itemSeparator, keySeparator] =
    separators !== undefined && isSequence(separators) ? elementsOf(separators).map((text) => textArgument(text)) : [];
  const isOneLine = indent === undefined || indent === null || indent === false;
  const width = typeof indent === 'string' || isOneLine ? 0 : Math.max(0, countArgument(indent, 0));
  meter.text(width);
  return toJson(
    value,
    {
      indent: typeof indent === 'string' ? indent : isOneLine ? undefined : ' '.repeat(width),
      itemSeparator,
      keySeparator,
      sortKeys: isTrue(sortKeys),
      asciiOnly: isTrue(asciiOnly),
    },
    meter,
  );
}
