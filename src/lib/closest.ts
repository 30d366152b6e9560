const longestCompared = 128;

/** The candidates most like `wanted`, best first: for "did you mean". Names too different are left out. */
export function closest(wanted: string, candidates: readonly string[], count = 3): string[] {
  const target = wanted.slice(0, longestCompared).toLowerCase();
  return candidates
    .map((name) => ({ name, distance: likeness(target, name.slice(0, longestCompared).toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(2, name.length / 2))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ name }) => name);
}

function likeness(a: string, b: string): number {
  // "llama-3.1-8b" should find "meta/llama-3.1-8b-instruct" although many letters are missing.
  if (a.length >= 3 && (b.includes(a) || a.includes(b))) return 1;
  const withoutOwner = b.slice(b.lastIndexOf('/') + 1);
  return Math.min(editDistance(a, b), editDistance(a, withoutOwner));
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
