import { floatText } from './numbers.ts';

const mostDecimals = 100;

/**
 * A number with so many decimals, at most a hundred, as Python writes it: one that lies exactly between two goes to the
 * even one, where `toFixed` takes the larger.
 */
export function fixed(number: number, decimals: number): string {
  if (!Number.isFinite(number)) return floatText(number);
  const size = Math.abs(number);
  const sign = number < 0 || Object.is(number, -0) ? '-' : '';
  // Numbers of this size are whole, and `toFixed` gives up on them.
  if (size >= 1e21) return `${sign}${BigInt(size)}${decimals > 0 ? `.${'0'.repeat(decimals)}` : ''}`;
  const exact = size.toFixed(mostDecimals);
  const end = exact.length - mostDecimals + decimals;
  const cut = exact.slice(0, end).replace(/\.$/, '');
  const isTie = /^50*$/.test(exact.slice(end));
  return sign + (isTie && /[02468]$/.test(cut) ? cut : size.toFixed(decimals));
}
