/** A finite number in decimal, without exponent. No zeros lead the whole part or end the fraction. */
export interface Decimal {
  readonly isNegative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

export function decimalOf(number: number): Decimal {
  const [mantissa = '', exponent = '0'] = Math.abs(number).toString().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const shift = Number(exponent);
  const digits = whole + fraction;
  const point = whole.length + shift;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = Math.max(1, point);
  return {
    isNegative: number < 0,
    whole: padded.slice(0, at).replace(/^0+(?=.)/, ''),
    fraction: padded.slice(at).replace(/0+$/, ''),
  };
}
