/** Length of the longest end of `text`, from `from` on, that is a proper beginning of `mark`: what may become one. */
export function overlap(text: string, mark: string, from = 0): number {
  for (let length = Math.min(text.length - from, mark.length - 1); length > 0; length--) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
