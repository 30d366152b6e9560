import type { Meter } from '../meter.ts';
import { lengthOf } from '../values/characters.ts';
import { strip } from '../whitespace.ts';

interface Wrapping {
  readonly width: number;
  /** Words that are longer than a line are broken. */
  readonly breaksWords: boolean;
  readonly breaksAtHyphens: boolean;
}

interface Chunk {
  readonly text: string;
  readonly length: number;
}

const space = String.raw`\t\n\v\f\r `;
const word = String.raw`\p{L}\p{N}_`;
const letter = String.raw`[\p{L}\p{Nl}\p{No}_]`;
const punctuated = String.raw`[${word}!"'&.,?]`;
/** Gaps, dashes between words, and words, which end after a hyphen between letters. */
const pieces = new RegExp(
  [
    `([${space}]+`,
    String.raw`(?<=${punctuated})-{2,}(?=[${word}])`,
    `[^${space}]+?(?:${[
      `-(?:(?<=${letter}{2}-)|(?<=${letter}-${punctuated}-))(?=${letter}-?${letter})`,
      `(?=[${space}]|$)`,
      `(?<=${punctuated})(?=-{2,}[${word}])`,
    ].join('|')}))`,
  ].join('|'),
  'u',
);
const gaps = new RegExp(`([${space}]+)`);

/** The lines of a text of one line, as Python's `textwrap.wrap` makes them, with white space as it is. */
export function wrapText(text: string, { width, breaksWords, breaksAtHyphens }: Wrapping, meter: Meter): string[] {
  meter.characters(text.length);
  // Where a row of dashes ends is looked for from each of them.
  for (const [dashes] of text.matchAll(/-{3,}/g)) meter.step(Math.ceil(dashes.length ** 2 / 64));
  const chunks = text
    .split(breaksAtHyphens ? pieces : gaps)
    .filter(Boolean)
    .map((each) => ({ text: each, length: lengthOf(each) }))
    .toReversed();
  meter.step(chunks.length);
  const lines: string[] = [];
  while (chunks.length > 0) {
    meter.step();
    if (lines.length > 0 && isGap(chunks.at(-1))) chunks.pop();
    const line: Chunk[] = [];
    let length = 0;
    for (let next = chunks.at(-1); next && length + next.length <= width; next = chunks.at(-1)) {
      line.push(next);
      length += next.length;
      chunks.pop();
    }
    const long = chunks.at(-1);
    if (long && long.length > width) {
      if (breaksWords) {
        const { before, after } = broken(long, width - length, breaksAtHyphens);
        line.push(before);
        chunks[chunks.length - 1] = after;
      } else if (line.length === 0) line.push(...chunks.splice(-1));
    }
    if (isGap(line.at(-1))) line.pop();
    if (line.length > 0) lines.push(line.map((each) => each.text).join(''));
  }
  return lines;
}

function isGap(chunk: Chunk | undefined): boolean {
  return chunk !== undefined && strip(chunk.text) === '';
}

/** A word in two, the first of which fits: after its last hyphen there, if it has one after anything else. */
function broken({ text, length }: Chunk, room: number, breaksAtHyphens: boolean): { before: Chunk; after: Chunk } {
  let end = 0;
  for (let taken = 0; taken < room; taken++) end += (text.codePointAt(end) ?? 0) > 0xff_ff ? 2 : 1;
  const hyphen = breaksAtHyphens ? text.lastIndexOf('-', end - 1) : -1;
  if (end > 0 && hyphen > 0 && /[^-]/.test(text.slice(0, hyphen))) end = hyphen + 1;
  const before = text.slice(0, end);
  const taken = lengthOf(before);
  return { before: { text: before, length: taken }, after: { text: text.slice(end), length: length - taken } };
}
