import { complement, union, type CharSet } from './char-set.ts';
import { limits } from './limits.ts';
import { classEscapes, parseEscape, RegexReader, UnsupportedRegex } from './regex-reader.ts';
import { choice, oneOf, repeat, sequence, type RegexTree } from './regex-tree.ts';

/** What `.` does not match in ECMAScript without the `s` flag. */
const lineEnds: CharSet = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];

/**
 * Parses an ECMA-262 regular expression as JSON Schema uses them (2020-12 core, 6.4), without ever running it.
 * Lazy quantifiers count as greedy ones, which accept the same texts.
 *
 * @throws UnsupportedRegex for what is wrong, and for what is right but beyond regular languages.
 */
export function parseRegex(source: string, longest: number = limits.patternLength): RegexTree {
  if (source.length > longest) {
    throw new UnsupportedRegex(`it is longer than ${longest} characters`, false);
  }
  const reader = new RegexReader(source);
  const tree = parseChoice(reader, 0);
  if (!reader.isDone) throw new UnsupportedRegex('there is a ) too many', false);
  return tree;
}

function parseChoice(reader: RegexReader, depth: number): RegexTree {
  if (depth > limits.patternNesting) throw new UnsupportedRegex('its groups nest too deep', false);
  const options: RegexTree[] = [];
  do {
    const parts: RegexTree[] = [];
    while (!reader.isDone && reader.next !== '|' && reader.next !== ')') {
      parts.push(parseQuantified(reader, depth));
    }
    options.push(parts.length === 1 && parts[0] !== undefined ? parts[0] : sequence(...parts));
  } while (reader.skip('|'));
  return options.length === 1 && options[0] !== undefined ? options[0] : choice(...options);
}

function parseQuantified(reader: RegexReader, depth: number): RegexTree {
  const atom = parseAtom(reader, depth);
  const counts = parseQuantifier(reader);
  if (counts === undefined) return atom;
  if (parseQuantifier(reader) !== undefined) throw new UnsupportedRegex('a quantifier follows another', false);
  if (atom.kind === 'begin' || atom.kind === 'end') {
    throw new UnsupportedRegex('a quantifier follows an anchor', false);
  }
  return repeat(atom, ...counts);
}

function parseQuantifier(reader: RegexReader): [min: number, max: number] | undefined {
  let counts: [number, number] | undefined;
  if (reader.skip('*')) counts = [0, Infinity];
  else if (reader.skip('+')) counts = [1, Infinity];
  else if (reader.skip('?')) counts = [0, 1];
  else {
    const found = reader.match(/\{([0-9]{1,9})(?:(,)([0-9]{0,9}))?\}/y);
    if (found === undefined) return undefined;
    const [, min = '', comma, max = ''] = found;
    counts = [Number(min), comma === undefined ? Number(min) : max === '' ? Infinity : Number(max)];
  }
  reader.skip('?');
  const [min, max] = counts;
  if (min > max) throw new UnsupportedRegex('a quantifier has its bounds in the wrong order', false);
  if (min > limits.patternRepeat || (max !== Infinity && max > limits.patternRepeat)) {
    throw new UnsupportedRegex(`it repeats something more than ${limits.patternRepeat} times`, true);
  }
  return counts;
}

function parseAtom(reader: RegexReader, depth: number): RegexTree {
  const next = reader.take();
  switch (next) {
    case '^':
      return { kind: 'begin' };
    case '$':
      return { kind: 'end' };
    case '.':
      return oneOf(complement(lineEnds));
    case '[':
      return oneOf(parseClass(reader));
    case '(':
      return parseGroup(reader, depth);
    case '\\':
      return parseEscaped(reader);
    case '*':
    case '+':
    case '?':
      throw new UnsupportedRegex('a quantifier has nothing to repeat', false);
    default:
      return character(next.codePointAt(0) ?? 0);
  }
}

function character(codePoint: number): RegexTree {
  return oneOf([[codePoint, codePoint]]);
}

function parseGroup(reader: RegexReader, depth: number): RegexTree {
  if (reader.skip('?')) {
    if (reader.match(/<?[=!]/y) !== undefined) throw new UnsupportedRegex('it looks around', true);
    if (!reader.skip(':') && reader.match(/<[\p{L}_$][\p{L}\p{N}_$]*>/uy) === undefined) {
      throw new UnsupportedRegex('it has a kind of group that is not known', true);
    }
  }
  const body = parseChoice(reader, depth + 1);
  if (!reader.skip(')')) throw new UnsupportedRegex('a ( is never closed', false);
  return body;
}

function parseEscaped(reader: RegexReader): RegexTree {
  if (reader.match(/[bB]/y) !== undefined) throw new UnsupportedRegex('it asks for word boundaries', true);
  if (reader.match(/[1-9k]/y) !== undefined) throw new UnsupportedRegex('it refers back to a group', true);
  const set = classEscapes[reader.next];
  if (set === undefined) return character(parseEscape(reader));
  reader.take();
  return oneOf(set);
}

/** The inside of a class, after its bracket. */
function parseClass(reader: RegexReader): CharSet {
  const isNegated = reader.skip('^');
  const ranges: (readonly [number, number])[] = [];
  while (!reader.skip(']')) {
    const from = parseClassMember(reader);
    if (typeof from !== 'number') ranges.push(...from);
    else if (reader.match(/-(?!\])/y) === undefined) ranges.push([from, from]);
    else {
      const to = parseClassMember(reader);
      // As in ECMAScript without the `u` flag, a dash beside a class escape is a dash.
      if (typeof to !== 'number') ranges.push([from, from], [0x2d, 0x2d], ...to);
      else if (to < from) throw new UnsupportedRegex('a range of characters is in the wrong order', false);
      else ranges.push([from, to]);
    }
  }
  const set = union(ranges);
  return isNegated ? complement(set) : set;
}

function parseClassMember(reader: RegexReader): number | CharSet {
  const next = reader.take();
  if (next !== '\\') return next.codePointAt(0) ?? 0;
  const set = classEscapes[reader.next];
  if (set !== undefined) {
    reader.take();
    return set;
  }
  return reader.skip('b') ? 8 : parseEscape(reader);
}
