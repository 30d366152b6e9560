import type { Meter } from '../meter.ts';

const lineEnd = new RegExp(String.raw`\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]`, 'g');

/** Python's `str.splitlines`: a line end at the end begins no further line. */
export function splitLines(text: string, keepsEnds: boolean, meter: Meter): string[] {
  const lines: string[] = [];
  let start = 0;
  for (const end of text.matchAll(lineEnd)) {
    meter.step();
    const after = end.index + end[0].length;
    lines.push(text.slice(start, keepsEnds ? after : end.index));
    start = after;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}
