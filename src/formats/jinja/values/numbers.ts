import type { Value } from './value.ts';

/** Numbers and, as in Python, booleans as numbers. Undefined for all else. */
export function asNumber(value: Value): bigint | number | undefined {
  if (typeof value === 'boolean') return BigInt(value);
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}

/** A value that serves as an index, a width or a count. */
export function asCount(value: Value): number | undefined {
  const number = asNumber(value);
  return typeof number === 'bigint' ? Number(number) : undefined;
}

/** Python's text of a float: `1.0`, `1e-05`, `1e+16`, `inf`. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const [digits = '0', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const text =
    exponent < 0 ? value.toFixed(Math.max(0, digits.replace(/[-.]/g, '').length - 1 - exponent)) : String(value);
  return text.includes('.') ? text : Object.is(value, -0) ? '-0.0' : `${text}.0`;
}
