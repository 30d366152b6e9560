const longestCompared = 128;
const mostTold = 3;

/** The candidates most like `wanted`, best first: for "did you mean". Names too different are left out. */
export function closest(wanted: string, candidates: readonly string[]): string[] {
  const target = wanted.slice(0, longestCompared).toLowerCase();
  return candidates
    .map((name) => ({ name, distance: distanceTo(target, name.slice(0, longestCompared).toLowerCase()) }))
    .filter(({ distance }) => distance !== Infinity)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, mostTold)
    .map(({ name }) => name);
}

function distanceTo(target: string, name: string): number {
  // "llama-3.1-8b" should find "meta/llama-3.1-8b-instruct" although many letters are missing.
  if (target.length >= 3 && (name.includes(target) || target.includes(name))) return 1;
  const withoutOwner = name.slice(name.lastIndexOf('/') + 1);
  return Math.min(nearDistance(target, name), nearDistance(target, withoutOwner));
}

/** Letters that have to change; Infinity where it is more than two and more than two in five. */
function nearDistance(target: string, name: string): number {
  const most = Math.max(2, name.length * 0.4);
  // That many letters have to come or go in any case, and counting how many more is the slow part.
  if (Math.abs(target.length - name.length) > most) return Infinity;
  const distance = editDistance(target, name);
  return distance > most ? Infinity : distance;
}

function editDistance(a: string, b: string): number {
  const row = Uint16Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = i - 1;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j] ?? 0;
      const replaced = diagonal + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1);
      row[j] = Math.min(replaced, above + 1, (row[j - 1] ?? 0) + 1);
      diagonal = above;
    }
  }
  return row[b.length] ?? 0;
}
