import type { Runtime } from './native.ts';

/** Python's `str.replace`: an empty search text is found before each character and at the end. */
export function replaceText(text: string, from: string, to: string, most: number, { meter }: Runtime): string {
  if (from === '') meter.characters(text.length);
  else meter.text(text.length);
  const pieces = from === '' ? ['', ...Array.from(text), ''] : text.split(from);
  const count = most < 0 ? pieces.length - 1 : Math.min(most, pieces.length - 1);
  meter.step(pieces.length);
  meter.text(text.length + count * to.length);
  return [...pieces.slice(0, count), pieces.slice(count).join(from)].join(to);
}
