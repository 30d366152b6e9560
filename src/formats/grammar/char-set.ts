/** Code points as ascending ranges that neither touch nor overlap; both ends belong to a range. */
export type CharSet = readonly (readonly [from: number, to: number])[];

export const lastCodePoint = 0x10ffff;

/** Every character of Unicode: surrogates are none. */
export const anyCharacter: CharSet = [
  [0, 0xd7ff],
  [0xe000, lastCodePoint],
];

export const digits: CharSet = [[0x30, 0x39]];

/** The characters of a text. */
export function charactersOf(text: string): CharSet {
  return union(Array.from(text, (c) => [c.codePointAt(0) ?? 0, c.codePointAt(0) ?? 0] as const));
}

/** Ranges in any order as a set. */
export function union(ranges: CharSet): CharSet {
  const merged: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

export function intersection(a: CharSet, b: CharSet): CharSet {
  const common: [number, number][] = [];
  let at = 0;
  for (const [from, to] of a) {
    while (at < b.length && (b[at]?.[1] ?? 0) < from) at++;
    for (let next = at; next < b.length; next++) {
      const range = b[next];
      if (range === undefined || range[0] > to) break;
      common.push([Math.max(from, range[0]), Math.min(to, range[1])]);
    }
  }
  return common;
}

/** The characters that are not in the set. */
export function complement(set: CharSet): CharSet {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const [from, to] of set) {
    if (from > next) gaps.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= lastCodePoint) gaps.push([next, lastCodePoint]);
  return intersection(gaps, anyCharacter);
}

export function includes(set: CharSet, codePoint: number): boolean {
  return set.some(([from, to]) => from <= codePoint && codePoint <= to);
}
