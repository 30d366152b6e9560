import { fail } from '../jinja-error.ts';
import type { Meter } from '../meter.ts';
import { lengthOf } from '../values/characters.ts';
import { fixed } from '../values/fixed.ts';
import { asNumber, floatText } from '../values/numbers.ts';
import { toText } from '../values/python-text.ts';
import type { Value } from '../values/value.ts';

const specification = /^(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?(,)?(?:\.(\d+))?([sdifFeEgGxXobcn%])?$/su;

/** One value under Python's format specification: fill, side, sign, width, thousands, digits and kind. */
export function formatValue(value: Value, written: string, meter: Meter): string {
  if (written === '') return toText(value, meter);
  const parts = specification.exec(written);
  if (!parts) return fail(`'${written}' is no format`);
  const [, fill, side, sign, , zero, width, comma, digits, kind] = parts;
  const number = asNumber(value);
  const wanted = Number(width ?? 0);
  meter.text(wanted + Number(digits ?? 0));

  const isNumber = number !== undefined && kind !== 's';
  const text = isNumber
    ? unsigned(number, kind, digits, comma)
    : toText(value, meter).slice(0, digits ? Number(digits) : undefined);
  const prefix = !isNumber ? '' : number < 0 ? '-' : sign === '+' || sign === ' ' ? sign : '';
  const missing = Math.max(0, wanted - lengthOf(prefix + text));
  const filler = fill ?? (zero && isNumber ? '0' : ' ');
  switch (side ?? (zero && isNumber ? '=' : isNumber ? '>' : '<')) {
    case '<':
      return prefix + text + filler.repeat(missing);
    case '>':
      return filler.repeat(missing) + prefix + text;
    case '=':
      return prefix + filler.repeat(missing) + text;
    default:
      return filler.repeat(Math.floor(missing / 2)) + prefix + text + filler.repeat(Math.ceil(missing / 2));
  }
}

function unsigned(
  value: bigint | number,
  kind: string | undefined,
  digits: string | undefined,
  comma: string | undefined,
): string {
  const size = value < 0 ? -value : value;
  const text = digitsOf(size, kind, digits);
  return comma ? text.replace(/^\d+/, (whole) => whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',')) : text;
}

const bases: ReadonlyMap<string, number> = new Map([
  ['x', 16],
  ['X', 16],
  ['o', 8],
  ['b', 2],
]);

function digitsOf(size: bigint | number, kind: string | undefined, digits: string | undefined): string {
  const base = bases.get(kind ?? '');
  if (base) {
    const text = BigInt(typeof size === 'number' ? Math.trunc(size) : size).toString(base);
    return kind === 'X' ? text.toUpperCase() : text;
  }
  const precision = Math.min(100, Number(digits ?? 6));
  switch (kind) {
    case 'd':
    case 'i':
      return typeof size === 'bigint' ? String(size) : String(Math.trunc(size));
    case 'f':
    case 'F':
      return fixed(Number(size), precision);
    case 'e':
    case 'E':
      return scientific(Number(size).toExponential(precision), kind);
    case '%':
      return `${fixed(Number(size) * 100, precision)}%`;
    default:
  }
  if (typeof size === 'bigint' && kind !== 'g') return String(size);
  return digits === undefined && kind !== 'g'
    ? floatText(Number(size))
    : String(Number(Number(size).toPrecision(Math.max(1, precision))));
}

function scientific(text: string, kind: string): string {
  const padded = text.replace(/e([-+])(\d)$/, 'e$10$2');
  return kind === 'E' ? padded.toUpperCase() : padded;
}
