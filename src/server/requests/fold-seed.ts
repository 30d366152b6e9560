/**
 * Seeds are integers of 64 bits, of which a number holds 53. Of one that is larger the lower 52 bits count, by what was
 * written and not by what a number made of it: it is as good a seed, other ones stay other ones, and Manifold's own engine
 * draws the same from it, which looks at 32. None becomes negative, which engines refuse or take for any seed. One that is
 * no such integer is left for the schema to refuse.
 */
export function foldSeed(body: object, text: string): void {
  const { seed } = body as { readonly seed?: unknown };
  if (typeof seed !== 'number' || !Number.isInteger(seed) || Number.isSafeInteger(seed)) return;
  const written = writtenSeed(text);
  if (written === undefined || BigInt.asIntN(64, written) !== written) return;
  Object.assign(body, { seed: Number(BigInt.asUintN(52, written)) });
}

/** Integers under the name, too long for a number or nearly. In the text of a string its quotes would have backslashes. */
const seeds = /(?<!\\)"seed"\s*:\s*(-?\d{16,20})(?![\d.eE])/g;

/** The seed of the outermost object, if it is written as an integer: as a text it keeps all its digits. */
function writtenSeed(text: string): bigint | undefined {
  const { seed } = JSON.parse(text.replaceAll(seeds, '"seed":"$1"')) as { readonly seed?: unknown };
  return typeof seed === 'string' ? BigInt(seed) : undefined;
}
