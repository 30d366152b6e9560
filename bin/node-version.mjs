// Runs on any Node that knows ES modules, so it keeps to old syntax.

/**
 * Whether a Node version ("v24.21.0") lies in a range made of `^a.b.c` and `>=a.b.c` joined by `||`,
 * which is all that package.json's `engines.node` uses. Pre-releases count as their release.
 */
export function satisfies(version, range) {
  const have = parse(version);
  return range.split('||').some(function (part) {
    const text = part.trim();
    const want = parse(text.replace(/^(\^|>=)\s*/, ''));
    if (text.startsWith('^')) return have[0] === want[0] && compare(have, want) >= 0;
    if (text.startsWith('>=')) return compare(have, want) >= 0;
    throw new Error('engines.node may hold only ^a.b.c and >=a.b.c, not ' + text);
  });
}

function parse(version) {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version);
  if (match === null) throw new Error('not a version: ' + version);
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}

function compare(left, right) {
  for (let index = 0; index < 3; index += 1) {
    if (left[index] !== right[index]) return left[index] - right[index];
  }
  return 0;
}
