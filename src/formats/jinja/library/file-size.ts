import { fixed } from '../values/fixed.ts';

const prefixes = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];

/** A number of bytes as people read it: `13 kB`, or with `isBinary` in powers of 1024. */
export function fileSize(bytes: number, isBinary: boolean): string {
  const base = isBinary ? 1024n : 1000n;
  if (bytes === 1) return '1 Byte';
  if (bytes < Number(base)) return `${Math.trunc(bytes) || 0} Bytes`;
  const unit = (at: number) => Number(base ** BigInt(at + 2));
  const found = prefixes.findIndex((_, at) => bytes < unit(at));
  const at = found < 0 ? prefixes.length - 1 : found;
  const prefix = prefixes[at] ?? '';
  return `${fixed((Number(base) * bytes) / unit(at), 1)} ${isBinary ? `${prefix.toUpperCase()}i` : prefix}B`;
}
