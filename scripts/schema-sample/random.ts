/** Choices that are the same for the same seed. */
export interface Random {
  readonly below: (limit: number) => number;
  readonly maybe: (share: number) => boolean;
  readonly pick: <T>(items: readonly T[]) => T;
  /** Some of them, at least one, in their order. */
  readonly some: <T>(items: readonly T[], share?: number) => T[];
}

/** mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  return {
    below,
    maybe: (share) => next() < share,
    pick,
    some(items, share = 0.6) {
      const chosen = items.filter(() => next() < share);
      return chosen.length > 0 ? chosen : [pick(items)];
    },
  };
}
