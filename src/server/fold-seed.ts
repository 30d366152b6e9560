/** What JavaScript tells a reviver beside the value: how a number was written. */
type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseWith = JSON.parse as (text: string, reviver: Reviver) => unknown;

/**
 * Seeds are integers of 64 bits, of which a number holds 53. Of one that is larger the lower 53 bits count, by what was
 * written and not by what a number made of it: it is as good a seed, other ones stay other ones, and Manifold's own engine
 * draws the same from it, which looks at 32. One that is no such integer is left for the schema to refuse.
 */
export function foldSeed(body: object, text: string): void {
  const { seed } = body as { readonly seed?: unknown };
  if (typeof seed !== 'number' || !Number.isInteger(seed) || Number.isSafeInteger(seed)) return;
  const written = writtenSeed(text);
  if (written === undefined || BigInt.asIntN(64, written) !== written) return;
  Object.assign(body, { seed: Number(BigInt.asIntN(53, written)) });
}

/** The seed of the outermost object, if it is written as an integer. */
function writtenSeed(text: string): bigint | undefined {
  const seeds = new Map<unknown, string>();
  const body = parseWith(text, function note(key, value, { source }) {
    if (key === 'seed' && source !== undefined) seeds.set(this, source);
    return value;
  });
  const written = seeds.get(body) ?? '';
  return /^-?\d{1,20}$/.test(written) ? BigInt(written) : undefined;
}
