import type { Meter } from '../meter.ts';

/** Python counts code points where JavaScript counts units; most texts have no character where that differs. */
const surrogates = /[\uD800-\uDFFF]/;

/** The text as an array of its characters, or the text itself where its units are its characters. */
export function charactersOf(text: string, meter: Meter): ArrayLike<string> {
  if (!surrogates.test(text)) return text;
  meter.characters(text.length);
  return Array.from(text);
}

export function lengthOf(text: string): number {
  if (!surrogates.test(text)) return text.length;
  let length = 0;
  for (let at = 0; at < text.length; length++) at += (text.codePointAt(at) as number) > 0xff_ff ? 2 : 1;
  return length;
}
