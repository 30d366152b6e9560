/** How a text that is too long is shortened: to so many tokens, from the end or the start. */
export interface Truncation {
  readonly length: number;
  readonly cuts: 'start' | 'end';
}

/**
 * The tokens of a text within `length`. `whole` is the text with the special tokens that its tokenizer puts around it
 * (BERT's `[CLS]` and `[SEP]`), `inner` without: they stay, since models are trained to see them.
 */
export function truncate(whole: Int32Array, inner: Int32Array, { length, cuts }: Truncation): Int32Array {
  if (whole.length <= length) return whole;
  const added = whole.length - inner.length;
  const start = startOf(inner, whole, added);
  const room = length - added;
  if (start === undefined || room < 1) return cuts === 'end' ? whole.slice(0, length) : whole.slice(-length);
  const kept = cuts === 'end' ? inner.subarray(0, room) : inner.subarray(inner.length - room);
  return Int32Array.from([...whole.subarray(0, start), ...kept, ...whole.subarray(start + inner.length)]);
}

/** Where the inner tokens begin in the whole ones; undefined when they are not a part of them. */
function startOf(inner: Int32Array, whole: Int32Array, latest: number): number | undefined {
  for (let start = 0; start <= latest; start++) {
    if (inner.every((token, at) => token === whole[start + at])) return start;
  }
  return undefined;
}
