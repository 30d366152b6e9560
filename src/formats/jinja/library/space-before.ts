/** How much of what is missing to a width stands before a text in its middle; where it is odd, as Python decides. */
export function spaceBefore(missing: number, width: number): number {
  return Math.floor(missing / 2) + (missing & width & 1);
}
